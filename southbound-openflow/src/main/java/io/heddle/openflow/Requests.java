package io.heddle.openflow;

import io.heddle.openflow.wire.Message;
import java.nio.charset.StandardCharsets;

/** The messages we send beside flows. */
final class Requests {
  private Requests() {}

  /** Section 7.5.1: only OpenFlow 1.3 is spoken. */
  static byte[] hello() {
    return message(Protocol.HELLO, 0, 16)
        .u16(Protocol.HELLO_VERSION_BITMAP)
        .u16(8)
        .u32(1 << Protocol.VERSION)
        .toArray();
  }

  static byte[] helloFailed(String why) {
    var text = why.getBytes(StandardCharsets.US_ASCII);
    return message(Protocol.ERROR, 0, 12 + text.length)
        .u16(Protocol.ERROR_HELLO_FAILED)
        .u16(0)
        .raw(text)
        .toArray();
  }

  static byte[] features(int xid) {
    return message(Protocol.FEATURES_REQUEST, xid, Protocol.HEADER).toArray();
  }

  static byte[] echo(int xid) {
    return message(Protocol.ECHO_REQUEST, xid, Protocol.HEADER).toArray();
  }

  /** Gives back what it was given. */
  static byte[] echoReply(Message request) {
    var reply = request.bytes().clone();
    reply[1] = Protocol.ECHO_REPLY;
    return reply;
  }

  static byte[] barrier(int xid) {
    return message(Protocol.BARRIER_REQUEST, xid, Protocol.HEADER).toArray();
  }

  static byte[] master(int xid, long generation) {
    return message(Protocol.ROLE_REQUEST, xid, 24)
        .u32(Protocol.ROLE_MASTER)
        .u32(0)
        .u64(generation)
        .toArray();
  }

  /** No packets, no port status and no removed flows: nothing here makes use of them. */
  static byte[] quiet(int xid) {
    return message(Protocol.SET_ASYNC, xid, 32).zeros(24).toArray();
  }

  /** All flows of all tables. */
  static byte[] flows(int xid) {
    return message(Protocol.MULTIPART_REQUEST, xid, 56)
        .u16(Protocol.MULTIPART_FLOW)
        .u16(0)
        .u32(0)
        .u8(Protocol.ALL_TABLES)
        .zeros(3)
        .u32(Protocol.ANY)
        .u32(Protocol.ANY)
        .u32(0)
        .u64(0)
        .u64(0)
        .u16(Protocol.MATCH_OXM)
        .u16(4)
        .u32(0)
        .toArray();
  }

  static byte[] bundle(int xid, int control) {
    return message(Protocol.EXPERIMENTER, xid, 24)
        .u32(Protocol.ONF)
        .u32(Protocol.ONF_BUNDLE_CONTROL)
        .u32(FlowBytes.BUNDLE)
        .u16(control)
        .u16(Protocol.BUNDLE_ATOMIC_ORDERED)
        .toArray();
  }

  static byte[] tunnelOptions(int xid) {
    return message(Protocol.EXPERIMENTER, xid, 16)
        .u32(Protocol.NICIRA)
        .u32(Protocol.NX_TLV_TABLE_REQUEST)
        .toArray();
  }

  static byte[] addTunnelOption(int xid, TunnelOption option) {
    return message(Protocol.EXPERIMENTER, xid, 32)
        .u32(Protocol.NICIRA)
        .u32(Protocol.NX_TLV_TABLE_MOD)
        .u16(0)
        .zeros(6)
        .u16(option.optionClass())
        .u8(option.type())
        .u8(option.length())
        .u16(option.index())
        .zeros(2)
        .toArray();
  }

  private static Octets message(int type, int xid, int length) {
    return new Octets(length).u8(Protocol.VERSION).u8(type).u16(length).u32(xid);
  }
}
