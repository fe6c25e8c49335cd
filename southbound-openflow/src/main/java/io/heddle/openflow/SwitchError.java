package io.heddle.openflow;

import io.heddle.openflow.wire.Message;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * An error message (OpenFlow 1.3 section 7.4.4).
 *
 * @param experimenter whose error type it is; 0 for the standard's own
 * @param data at least the first 64 bytes of the message at fault, or all of it
 */
record SwitchError(int xid, int type, int code, int experimenter, ByteBuffer data) {
  private static final List<String> TYPES =
      List.of(
          "HELLO_FAILED",
          "BAD_REQUEST",
          "BAD_ACTION",
          "BAD_INSTRUCTION",
          "BAD_MATCH",
          "FLOW_MOD_FAILED",
          "GROUP_MOD_FAILED",
          "PORT_MOD_FAILED",
          "TABLE_MOD_FAILED",
          "QUEUE_OP_FAILED",
          "SWITCH_CONFIG_FAILED",
          "ROLE_REQUEST_FAILED",
          "METER_MOD_FAILED",
          "TABLE_FEATURES_FAILED");

  private static final Map<String, List<String>> CODES =
      Map.of(
          "BAD_REQUEST",
          List.of(
              ("BAD_VERSION BAD_TYPE BAD_MULTIPART BAD_EXPERIMENTER BAD_EXP_TYPE EPERM BAD_LEN"
                      + " BUFFER_EMPTY BUFFER_UNKNOWN BAD_TABLE_ID IS_SLAVE BAD_PORT BAD_PACKET"
                      + " MULTIPART_BUFFER_OVERFLOW")
                  .split(" ")),
          "BAD_ACTION",
          List.of(
              ("BAD_TYPE BAD_LEN BAD_EXPERIMENTER BAD_EXP_TYPE BAD_OUT_PORT BAD_ARGUMENT EPERM"
                      + " TOO_MANY BAD_QUEUE BAD_OUT_GROUP MATCH_INCONSISTENT UNSUPPORTED_ORDER"
                      + " BAD_TAG BAD_SET_TYPE BAD_SET_LEN BAD_SET_ARGUMENT")
                  .split(" ")),
          "BAD_INSTRUCTION",
          List.of(
              ("UNKNOWN_INST UNSUP_INST BAD_TABLE_ID UNSUP_METADATA UNSUP_METADATA_MASK"
                      + " BAD_EXPERIMENTER BAD_EXP_TYPE BAD_LEN EPERM")
                  .split(" ")),
          "BAD_MATCH",
          List.of(
              ("BAD_TYPE BAD_LEN BAD_TAG BAD_DL_ADDR_MASK BAD_NW_ADDR_MASK BAD_WILDCARDS"
                      + " BAD_FIELD BAD_VALUE BAD_MASK BAD_PREREQ DUP_FIELD EPERM")
                  .split(" ")),
          "FLOW_MOD_FAILED",
          List.of(
              ("UNKNOWN TABLE_FULL BAD_TABLE_ID OVERLAP EPERM BAD_TIMEOUT BAD_COMMAND BAD_FLAGS")
                  .split(" ")),
          "ROLE_REQUEST_FAILED",
          List.of("STALE", "UNSUP", "BAD_ROLE"),
          "METER_MOD_FAILED",
          List.of(
              ("UNKNOWN METER_EXISTS INVALID_METER UNKNOWN_METER BAD_COMMAND BAD_FLAGS BAD_RATE"
                      + " BAD_BURST BAD_BAND BAD_BAND_VALUE OUT_OF_METERS OUT_OF_BANDS")
                  .split(" ")));

  static SwitchError of(Message message) {
    var body = message.body();
    int type = body.getShort() & 0xffff;
    int code = body.getShort() & 0xffff;
    int experimenter = type == Protocol.ERROR_EXPERIMENTER ? body.getInt() : 0;
    return new SwitchError(message.xid(), type, code, experimenter, body.slice());
  }

  boolean is(int type, int code) {
    return this.type == type && this.code == code;
  }

  /** It speaks of the bundle as such, not of a message in it. */
  boolean ofBundle() {
    return experimenter == Protocol.ONF;
  }

  /** The cookie of the flow that was being written, where the data shows it. */
  OptionalLong cookie() {
    if (data.remaining() < Protocol.HEADER) {
      return OptionalLong.empty();
    }
    int at =
        switch (data.get(1)) {
          case Protocol.EXPERIMENTER -> FlowBytes.BUNDLE_ADD + Protocol.HEADER;
          case Protocol.FLOW_MOD -> Protocol.HEADER;
          default -> data.remaining();
        };
    return data.remaining() < at + Long.BYTES
        ? OptionalLong.empty()
        : OptionalLong.of(data.getLong(at));
  }

  /** As the standard calls it, or its numbers. */
  @Override
  public String toString() {
    if (experimenter != 0) {
      return "experimenter 0x%08x error %d".formatted(experimenter, code);
    }
    var name = type < TYPES.size() ? TYPES.get(type) : "error type " + type;
    var codes = CODES.getOrDefault(name, List.of());
    return name + " " + (code < codes.size() ? codes.get(code) : "code " + code);
  }
}
