package io.heddle.openflow;

import io.heddle.answer.Injection;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Meter;
import io.heddle.openflow.wire.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

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

  /** Section 7.3.9; a generation older than the switch has seen is refused as stale. */
  static byte[] role(int xid, int role, long generation) {
    return message(Protocol.ROLE_REQUEST, xid, 24).u32(role).u32(0).u64(generation).toArray();
  }

  /**
   * Several messages of one id. The switch hands over what flows tell it to and nothing else, no
   * port status and no removed flows, and to nobody but its master.
   */
  static byte[] handovers(int xid) {
    var out = message(Protocol.EXPERIMENTER, xid, 20);
    out.u32(Protocol.NICIRA)
        .u32(Protocol.NX_SET_PACKET_IN_FORMAT)
        .u32(Protocol.NX_FORMAT_PACKET_IN2);
    header(out, Protocol.SET_ASYNC, xid, 32).u32(Protocol.PACKETS_OF_ACTIONS).zeros(20);
    return out.toArray();
  }

  /** Packets per second, beyond which they are dropped. */
  static void meter(Octets out, int xid, int command, int id, Meter meter) {
    header(out, Protocol.METER_MOD, xid, 32)
        .u16(command)
        .u16(Protocol.METER_PACKETS_AND_BURST)
        .u32(id);
    out.u16(Protocol.METER_BAND_DROP).u16(16).u32(meter.rate()).u32(meter.burst()).zeros(4);
  }

  static void deleteMeter(Octets out, int xid, int id) {
    header(out, Protocol.METER_MOD, xid, 16).u16(Protocol.METER_DELETE).u16(0).u32(id);
  }

  /** All meters. */
  static byte[] meters(int xid) {
    return message(Protocol.MULTIPART_REQUEST, xid, 24)
        .u16(Protocol.MULTIPART_METER_CONFIG)
        .u16(0)
        .u32(0)
        .u32(Protocol.ALL_METERS)
        .u32(0)
        .toArray();
  }

  /** The switch is not asked to answer, so this has no id. */
  static byte[] packetOut(Injection injection) {
    var out = message(Protocol.PACKET_OUT, 0, 0);
    out.u32(Protocol.NO_BUFFER).u32(Protocol.PORT_CONTROLLER).u16(0).zeros(6);
    int actions = out.size();
    new ActionBytes(out, 0).write(actions(injection));
    out.setU16(actions - 8, out.size() - actions);
    out.raw(injection.packet().bytes());
    out.setU16(2, out.size());
    return out.toArray();
  }

  private static List<Action> actions(Injection injection) {
    var actions = new ArrayList<Action>();
    new TreeMap<>(injection.registers())
        .forEach(
            (field, value) -> {
              for (int at = 0; at < field.width(); at += Long.SIZE) {
                int width = Math.min(field.width() - at, Long.SIZE);
                var part = value.shiftRight(at).and(Bits.ones(width));
                actions.add(new Action.Load(field, at, width, part));
              }
            });
    actions.add(Action.resubmit(injection.table()));
    return actions;
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
    return header(new Octets(Math.max(length, 64)), type, xid, length);
  }

  private static Octets header(Octets out, int type, int xid, int length) {
    return out.u8(Protocol.VERSION).u8(type).u16(length).u32(xid);
  }
}
