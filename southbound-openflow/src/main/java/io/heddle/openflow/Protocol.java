package io.heddle.openflow;

/** Numbers of OpenFlow 1.3.5, of the ONF's extensions to it, and of Open vSwitch's (Nicira). */
final class Protocol {
  static final int VERSION = 4;

  /** Bytes of the header that every message begins with: version, type, length, xid. */
  static final int HEADER = 8;

  /** The most bytes a message can have, its length being 16 bits. */
  static final int LONGEST_MESSAGE = 0xffff;

  // ofp_type, section 7.1.
  static final int HELLO = 0;
  static final int ERROR = 1;
  static final int ECHO_REQUEST = 2;
  static final int ECHO_REPLY = 3;
  static final int EXPERIMENTER = 4;
  static final int FEATURES_REQUEST = 5;
  static final int FEATURES_REPLY = 6;
  static final int PACKET_IN = 10;
  static final int PACKET_OUT = 13;
  static final int FLOW_MOD = 14;
  static final int MULTIPART_REQUEST = 18;
  static final int MULTIPART_REPLY = 19;
  static final int BARRIER_REQUEST = 20;
  static final int BARRIER_REPLY = 21;
  static final int ROLE_REQUEST = 24;
  static final int ROLE_REPLY = 25;
  static final int SET_ASYNC = 28;
  static final int METER_MOD = 29;

  static final int HELLO_VERSION_BITMAP = 1;

  // ofp_flow_mod, section 7.3.4.1.
  static final int FLOW_ADD = 0;
  static final int FLOW_DELETE = 3;
  static final long NO_BUFFER = 0xffff_ffffL;
  static final long ANY = 0xffff_ffffL;
  static final int ALL_TABLES = 0xff;

  static final int MATCH_OXM = 1;
  static final int INSTRUCTION_GOTO_TABLE = 1;
  static final int INSTRUCTION_APPLY_ACTIONS = 4;
  static final int ACTION_OUTPUT = 0;
  static final int ACTION_DEC_NW_TTL = 24;
  static final int ACTION_EXPERIMENTER = 0xffff;

  /** Where packets go that came by this very port. */
  static final int NX_IN_PORT = 0xfff8;

  /** Of packets from the controller. */
  static final long PORT_CONTROLLER = 0xffff_fffdL;

  // ofp_packet_in_reason, section 7.4.1, as a bit.
  static final int PACKETS_OF_ACTIONS = 1 << 1;

  // ofp_meter_mod, section 7.3.4.5.
  static final int METER_ADD = 0;
  static final int METER_MODIFY = 1;
  static final int METER_DELETE = 2;
  static final int METER_PACKETS_AND_BURST = 2 | 4;
  static final int METER_BAND_DROP = 1;

  // ofp_multipart_types, section 7.3.5.
  static final int MULTIPART_FLOW = 1;
  static final int MULTIPART_METER_CONFIG = 10;
  static final long ALL_METERS = 0xffff_ffffL;
  static final int REPLY_MORE = 1;

  // ofp_controller_role, section 7.3.9.
  static final int ROLE_MASTER = 2;
  static final int ROLE_SLAVE = 3;

  // ofp_error_type, section 7.4.4.
  static final int ERROR_HELLO_FAILED = 0;
  static final int ERROR_BAD_REQUEST = 1;
  static final int BAD_REQUEST_IS_SLAVE = 10;
  static final int ERROR_ROLE_REQUEST_FAILED = 11;
  static final int ROLE_STALE = 0;
  static final int ERROR_METER_MOD_FAILED = 12;
  static final int METER_EXISTS = 1;
  static final int ERROR_EXPERIMENTER = 0xffff;

  // ONF extension 230, bundles (ONF TS-020, "OpenFlow Extensions 1.3.x Package 2").
  static final int ONF = 0x4f4e4600;
  static final int ONF_BUNDLE_CONTROL = 2300;
  static final int ONF_BUNDLE_ADD = 2301;
  static final int BUNDLE_OPEN = 0;
  static final int BUNDLE_OPENED = 1;
  static final int BUNDLE_COMMIT = 4;
  static final int BUNDLE_COMMITTED = 5;

  /** All or nothing, and in the order sent. */
  static final int BUNDLE_ATOMIC_ORDERED = 3;

  // Open vSwitch's extensions, include/openflow/nicira-ext.h and lib/ofp-actions.c there.
  static final int NICIRA = 0x2320;
  static final int NX_REGISTERS = 1;
  static final int NX_SET_PACKET_IN_FORMAT = 16;
  static final int NX_FORMAT_PACKET_IN2 = 2;
  static final int NX_PACKET_IN2 = 30;
  static final int NX_REG_MOVE = 6;
  static final int NX_REG_LOAD = 7;
  static final int NX_MULTIPATH = 10;
  static final int NX_RESUBMIT_TABLE = 14;
  static final int NX_LEARN2 = 45;
  static final int NX_CONTROLLER2 = 37;
  static final int NX_CONTROLLER_USERDATA = 3;
  static final int NX_CONTROLLER_METER = 5;
  static final int NX_CLONE = 42;
  static final int NX_CHECK_PKT_LARGER = 49;
  static final int NX_LEARN_DELETE_LEARNED = 2;
  static final int NX_HASH_SYMMETRIC_L3L4_UDP = 3;
  static final int NX_HIGHEST_RANDOM_WEIGHT = 2;
  static final int NX_TLV_TABLE_MOD = 24;
  static final int NX_TLV_TABLE_REQUEST = 25;
  static final int NX_TLV_TABLE_REPLY = 26;

  private Protocol() {}
}
