package io.heddle.openflow;

import io.heddle.flow.Action;
import io.heddle.flow.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Actions as OpenFlow 1.3 (section 7.2.5) and Open vSwitch's extensions write them. Whatever the
 * standard cannot say, moves between registers for instance, is said by an extension.
 */
final class ActionBytes implements Action.Visitor<Octets> {
  private static final int NX_HEADER = 16;

  /** In a learned flow's part: where its value comes from and what becomes of it. */
  private static final int LEARN_FROM_VALUE = 1 << 13;

  private static final int LEARN_MATCH = 0;
  private static final int LEARN_LOAD = 1 << 11;

  private final Octets out;
  private final long cookie;

  /**
   * @param cookie that of the flow whose actions these are; flows it learns get the same
   */
  ActionBytes(Octets out, long cookie) {
    this.out = out;
    this.cookie = cookie;
  }

  void write(List<Action> actions) {
    actions.forEach(a -> a.accept(this));
  }

  @Override
  public Octets load(Action.Load load) {
    return nicira(Protocol.NX_REG_LOAD, 24)
        .u16(load.offset() << 6 | load.width() - 1)
        .u32(load.field().header())
        .u64(load.value().low());
  }

  @Override
  public Octets move(Action.Move move) {
    return nicira(Protocol.NX_REG_MOVE, 24)
        .u16(move.width())
        .u16(move.fromOffset())
        .u16(move.toOffset())
        .u32(move.from().header())
        .u32(move.to().header());
  }

  @Override
  public Octets output(Action.Output output) {
    return out.u16(Protocol.ACTION_OUTPUT).u16(16).u32(output.port()).zeros(8);
  }

  @Override
  public Octets resubmit(Action.Resubmit resubmit) {
    return nicira(Protocol.NX_RESUBMIT_TABLE, NX_HEADER)
        .u16(Protocol.NX_IN_PORT)
        .u8(resubmit.table().number())
        .zeros(3);
  }

  @Override
  public Octets multipath(Action.Multipath multipath) {
    return nicira(Protocol.NX_MULTIPATH, 32)
        .u16(Protocol.NX_HASH_SYMMETRIC_L3L4_UDP)
        .u16(0)
        .zeros(2)
        .u16(Protocol.NX_HIGHEST_RANDOM_WEIGHT)
        .u16(multipath.members() - 1)
        .u32(0)
        .zeros(2)
        .u16(multipath.to().width() - 1)
        .u32(multipath.to().header());
  }

  @Override
  public Octets clone(Action.Clone clone) {
    int start = out.size();
    nicira(Protocol.NX_CLONE, 0).zeros(6);
    write(clone.actions());
    return end(start);
  }

  @Override
  public Octets learn(Action.Learn learn) {
    int start = out.size();
    nicira(Protocol.NX_LEARN2, 0)
        .u16(0)
        .u16(learn.ageSeconds())
        .u16(learn.priority())
        .u64(cookie)
        .u16(Protocol.NX_LEARN_DELETE_LEARNED)
        .u8(learn.table().number())
        .zeros(5)
        .u32(learn.limit())
        .zeros(4);
    learn.specs().forEach(this::spec);
    return end(start);
  }

  private void spec(Action.Spec spec) {
    if (spec instanceof Action.Spec.MatchField match) {
      copy(LEARN_MATCH, match.from(), match.to());
    } else if (spec instanceof Action.Spec.LoadField load) {
      copy(LEARN_LOAD, load.from(), load.to());
    } else if (spec instanceof Action.Spec.LoadValue load) {
      int width = load.to().width();
      out.u16(LEARN_FROM_VALUE | LEARN_LOAD | width).raw(load.value().bytes((width + 15) / 16 * 2));
      whole(load.to());
    }
  }

  private void copy(int use, Field from, Field to) {
    out.u16(use | from.width());
    whole(from);
    whole(to);
  }

  /** A field from its bit 0 on. */
  private void whole(Field field) {
    out.u32(field.header()).u16(0);
  }

  @Override
  public Octets decTtl(Action.DecTtl decTtl) {
    return out.u16(Protocol.ACTION_DEC_NW_TTL).u16(8).zeros(4);
  }

  @Override
  public Octets checkLarger(Action.CheckLarger check) {
    return nicira(Protocol.NX_CHECK_PKT_LARGER, 24)
        .u16(check.bytes())
        .u16(check.to().ordinal())
        .u32(Field.FLAGS.header())
        .zeros(6);
  }

  /**
   * The note travels along with the packet. The meter is the action's own, so that what else a flow
   * does with its packets is not limited, as it would be by OpenFlow's meter instruction.
   */
  @Override
  public Octets punt(Action.Punt punt) {
    int start = out.size();
    nicira(Protocol.NX_CONTROLLER2, 0).zeros(6);
    int note = out.size();
    var text = punt.note().getBytes(StandardCharsets.US_ASCII);
    out.u16(Protocol.NX_CONTROLLER_USERDATA).u16(4 + text.length).raw(text).padTo8(note);
    out.u16(Protocol.NX_CONTROLLER_METER).u16(8).u32(punt.meterId());
    return end(start);
  }

  private Octets nicira(int subtype, int length) {
    return out.u16(Protocol.ACTION_EXPERIMENTER).u16(length).u32(Protocol.NICIRA).u16(subtype);
  }

  /** Pads an action and fills its length in, which stands two bytes from its start. */
  private Octets end(int start) {
    out.padTo8(start).setU16(start + 2, out.size() - start);
    return out;
  }
}
