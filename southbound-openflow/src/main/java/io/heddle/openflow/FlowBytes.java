package io.heddle.openflow;

import io.heddle.flow.Action;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.List;
import java.util.Optional;

/**
 * Flows as messages. Each is a bundle-add message of a constant bundle with a constant transaction
 * id, so that one flow's bytes are the same for every switch.
 */
final class FlowBytes {
  /** The bundle that all changes of flows belong to; a switch has at most one open. */
  static final int BUNDLE = 1;

  /** Of every message in a bundle: what a message was about is read from the error's data. */
  static final int XID = 0xf000_0001;

  /** Bytes of a bundle-add message before the message it adds. */
  static final int BUNDLE_ADD = 24;

  /** Bytes of a flow-mod before its match. */
  static final int FLOW_MOD = 48;

  private FlowBytes() {}

  /** Appends a flow's addition; false, and nothing, where it is longer than a message can be. */
  static boolean add(Octets out, Flow flow) {
    return add(out, flow.key(), flow.cookie(), flow.actions(), flow.next());
  }

  /** The same of a flow's parts, whether or not they make a flow that a feature may write. */
  static boolean add(
      Octets out, Flow.Key key, long cookie, List<Action> actions, Optional<Table> next) {
    int start = out.size();
    header(out);
    int mod = out.size();
    out.u64(cookie).u64(0).u8(key.table().number()).u8(Protocol.FLOW_ADD);
    out.u16(0).u16(0).u16(key.priority());
    out.u32(Protocol.NO_BUFFER).u32(Protocol.ANY).u32(Protocol.ANY).u16(0).zeros(2);
    match(out, key.match());
    instructions(out, cookie, actions, next);
    return end(out, start, mod);
  }

  /** Appends the deletion of all flows of a table that have the cookie. */
  static void delete(Octets out, int table, long cookie) {
    int start = out.size();
    header(out);
    int mod = out.size();
    out.u64(cookie).u64(-1).u8(table).u8(Protocol.FLOW_DELETE);
    out.u16(0).u16(0).u16(0);
    out.u32(Protocol.NO_BUFFER).u32(Protocol.ANY).u32(Protocol.ANY).u16(0).zeros(2);
    match(out, Match.ALL);
    end(out, start, mod);
  }

  private static void header(Octets out) {
    out.u8(Protocol.VERSION).u8(Protocol.EXPERIMENTER).u16(0).u32(XID);
    out.u32(Protocol.ONF).u32(Protocol.ONF_BUNDLE_ADD);
    out.u32(BUNDLE).u16(0).u16(Protocol.BUNDLE_ATOMIC_ORDERED);
    out.u8(Protocol.VERSION).u8(Protocol.FLOW_MOD).u16(0).u32(XID);
  }

  private static boolean end(Octets out, int start, int mod) {
    int length = out.size() - start;
    if (length > Protocol.LONGEST_MESSAGE) {
      out.truncate(start);
      return false;
    }
    out.setU16(start + 2, length);
    out.setU16(mod - Protocol.HEADER + 2, length - BUNDLE_ADD);
    return true;
  }

  /** Section 7.2.3; the order of fields puts prerequisites first, as it must be. */
  private static void match(Octets out, Match match) {
    int start = out.size();
    out.u16(Protocol.MATCH_OXM).u16(0);
    match.forEach((field, masked) -> field(out, field, masked));
    out.setU16(start + 2, out.size() - start);
    out.padTo8(start);
  }

  private static void field(Octets out, Field field, Match.Masked masked) {
    int length = field.length();
    if (masked.mask().equals(field.all())) {
      out.u32(field.header()).raw(masked.value().bytes(length));
    } else {
      out.u16(field.oxmClass()).u8(field.oxmField() << 1 | 1).u8(2 * length);
      out.raw(masked.value().bytes(length)).raw(masked.mask().bytes(length));
    }
  }

  private static void instructions(
      Octets out, long cookie, List<Action> actions, Optional<Table> next) {
    if (!actions.isEmpty()) {
      int start = out.size();
      out.u16(Protocol.INSTRUCTION_APPLY_ACTIONS).u16(0).u32(0);
      new ActionBytes(out, cookie).write(actions);
      out.setU16(start + 2, out.size() - start);
    }
    next.ifPresent(
        table -> out.u16(Protocol.INSTRUCTION_GOTO_TABLE).u16(8).u8(table.number()).zeros(3));
  }
}
