package io.heddle.flow;

import java.util.List;
import java.util.Optional;

/** What a flow does with a packet; a list of them is done in order. */
public sealed interface Action {
  <R> R accept(Visitor<R> visitor);

  /** One case for each kind of action. */
  interface Visitor<R> {
    R load(Load load);

    R move(Move move);

    R output(Output output);

    R resubmit(Resubmit resubmit);

    R multipath(Multipath multipath);

    R clone(Clone clone);

    R learn(Learn learn);

    R decTtl(DecTtl decTtl);

    R checkLarger(CheckLarger check);

    R punt(Punt punt);
  }

  /** Sets a field, or the bits of it from offset on, {@code width} of them. */
  record Load(Field field, int offset, int width, Bits value) implements Action {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.load(this);
    }

    @Override
    public String toString() {
      return "load:" + value + "->" + field + "[" + offset + ".." + (offset + width - 1) + "]";
    }
  }

  /** Copies {@code width} bits from one field to another. */
  record Move(Field from, int fromOffset, Field to, int toOffset, int width) implements Action {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.move(this);
    }

    @Override
    public String toString() {
      return "move:"
          + from
          + ("[" + fromOffset + ".." + (fromOffset + width - 1) + "]->")
          + to
          + ("[" + toOffset + ".." + (toOffset + width - 1) + "]");
    }
  }

  /**
   * Sends the packet as it is now out of an OpenFlow port; nothing happens at the port it came by.
   */
  record Output(int port) implements Action {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.output(this);
    }

    @Override
    public String toString() {
      return "output:" + port;
    }
  }

  /** Looks the packet up in a table and comes back, keeping what was changed there. */
  record Resubmit(Table table) implements Action {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.resubmit(this);
    }

    @Override
    public String toString() {
      return "resubmit(," + table + ")";
    }
  }

  /**
   * Chooses one of several by a hash of the packet's addresses and, for TCP, UDP and SCTP, its
   * ports, the same for both directions of a connection, with highest random weight (RFC 2992's
   * relative): when one is added or taken away the fewest connections move. The field is set to the
   * number of the one chosen, from 0.
   */
  record Multipath(int members, Field to) implements Action {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.multipath(this);
    }

    @Override
    public String toString() {
      return "multipath(" + members + "->" + to + ")";
    }
  }

  /** Does the actions with a copy of the packet and its registers. */
  record Clone(List<Action> actions) implements Action {
    public Clone {
      actions = List.copyOf(actions);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.clone(this);
    }

    @Override
    public String toString() {
      return "clone(" + String.join(",", actions.stream().map(Object::toString).toList()) + ")";
    }
  }

  /**
   * Puts a flow into a learned table. The flow has this flow's cookie, so that it goes when the
   * flow that learned it goes (NX_LEARN_F_DELETE_LEARNED).
   *
   * @param ageSeconds that many seconds after it was last learned the learned flow goes, whether or
   *     not packets still match it
   * @param limit flows learned by one flow; while there are so many it learns no more
   */
  record Learn(Table table, int priority, int ageSeconds, int limit, List<Spec> specs)
      implements Action {
    public Learn {
      specs = List.copyOf(specs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.learn(this);
    }

    @Override
    public String toString() {
      return "learn("
          + table
          + (",priority=" + priority + ",age=" + ageSeconds + ",limit=" + limit + ",")
          + String.join(",", specs.stream().map(Object::toString).toList())
          + ")";
    }
  }

  /** One part of a learned flow. */
  sealed interface Spec {
    /**
     * The learned flow matches, in field to, what this packet has in field from, of equal width.
     */
    record MatchField(Field from, Field to) implements Spec {}

    /** The learned flow loads into field to what this packet has in field from, of equal width. */
    record LoadField(Field from, Field to) implements Spec {}

    /** The learned flow loads a constant. */
    record LoadValue(Bits value, Field to) implements Spec {}
  }

  /**
   * Takes one from the TTL or hop limit. Where none would be left the flow ends: Open vSwitch drops
   * the packet without telling anybody, so what is to happen then is matched before.
   */
  record DecTtl() implements Action {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.decTtl(this);
    }

    @Override
    public String toString() {
      return "dec_ttl";
    }
  }

  /**
   * Sets a flag if the frame is longer than that, and else takes it away.
   *
   * @param bytes of the whole frame without its checksum
   */
  record CheckLarger(int bytes, Flag to) implements Action {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.checkLarger(this);
    }

    @Override
    public String toString() {
      return "check_pkt_larger(" + bytes + ")->" + to;
    }
  }

  /**
   * Hands the packet as it is now, and its registers, to the controller, as far as a share of the
   * reason's meter lets it; what else happens to the packet goes on.
   *
   * @param share from 0 to before {@link Meter#SHARES}
   */
  record Punt(io.heddle.flow.Punt reason, int share) implements Action {
    public Punt(io.heddle.flow.Punt reason) {
      this(reason, Meter.NOBODYS);
    }

    /** By which switches know the share of the meter. */
    public int meterId() {
      return reason.meter().id(share);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.punt(this);
    }

    /** How the packet tells why it comes; {@link #read} reads it back. */
    public String note() {
      return reason.name();
    }

    /** Without the share, which no note tells; empty if no note of ours reads so. */
    public static Optional<Punt> read(String note) {
      return io.heddle.flow.Punt.named(note).map(Punt::new);
    }

    @Override
    public String toString() {
      return "punt(" + note() + ",meter=" + meterId() + ")";
    }
  }

  static Action load(Field field, long value) {
    return load(field, Bits.of(value));
  }

  static Action load(Field field, Bits value) {
    return Repeated.one(new Load(field, 0, field.width(), value));
  }

  static Action load(Field field, int offset, int width, long value) {
    return Repeated.one(new Load(field, offset, width, Bits.of(value)));
  }

  static Action set(Flag flag) {
    return Repeated.one(new Load(Field.FLAGS, flag.ordinal(), 1, Bits.of(1)));
  }

  /** Copies the whole of one field to another of equal width. */
  static Action move(Field from, Field to) {
    return Repeated.one(new Move(from, 0, to, 0, from.width()));
  }

  /** Sets a field of up to 128 bits. */
  static List<Action> loadWide(Field field, Bits value) {
    return field.width() <= Long.SIZE
        ? List.of(load(field, value))
        : List.of(
            new Load(field, 0, Long.SIZE, Bits.of(value.low())),
            new Load(field, Long.SIZE, field.width() - Long.SIZE, Bits.of(value.high())));
  }

  /** Takes flags from the packet. */
  static Action clear(Flag flag) {
    return Repeated.one(new Load(Field.FLAGS, flag.ordinal(), 1, Bits.ZERO));
  }

  static Action output(int port) {
    return new Output(port);
  }

  static Action resubmit(Table table) {
    return Repeated.one(new Resubmit(table));
  }

  static Action decTtl() {
    return new DecTtl();
  }

  static Action punt(io.heddle.flow.Punt reason) {
    return new Punt(reason);
  }

  static Action punt(io.heddle.flow.Punt reason, int share) {
    return new Punt(reason, share);
  }

  static Action clone(Action... actions) {
    return Repeated.one(new Clone(List.of(actions)));
  }
}
