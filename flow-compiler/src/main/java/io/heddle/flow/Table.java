package io.heddle.flow;

import static io.heddle.flow.Field.ARP_OP;
import static io.heddle.flow.Field.ARP_TPA;
import static io.heddle.flow.Field.CHASSIS;
import static io.heddle.flow.Field.DATAPATH;
import static io.heddle.flow.Field.ETH_DST;
import static io.heddle.flow.Field.ETH_SRC;
import static io.heddle.flow.Field.ETH_TYPE;
import static io.heddle.flow.Field.FLAGS;
import static io.heddle.flow.Field.INPORT;
import static io.heddle.flow.Field.IN_PORT;
import static io.heddle.flow.Field.OUTPORT;

import java.util.Optional;
import java.util.Set;

/**
 * The pipeline. The order of declaration is the order of execution: a flow may only go to a table
 * declared after its own.
 */
public enum Table {
  /** From OpenFlow ports to logical ports and datapaths. */
  PHYSICAL_IN(Set.of(IN_PORT)),
  /** What came by a tunnel: where unknown senders sit is learned, then it is delivered. */
  TUNNEL_IN(Set.of(DATAPATH, INPORT, FLAGS, ETH_SRC)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(DELIVER);
    }
  },
  /** Frames that no port may send are dropped. */
  SWITCH_IN_ADMISSION(Set.of(DATAPATH, INPORT, ETH_SRC)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(SWITCH_IN_LEARN);
    }
  },
  /** Where unknown senders sit is learned. */
  SWITCH_IN_LEARN(Set.of(DATAPATH, INPORT)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(SWITCH_IN_ARP);
    }
  },
  /** Requests for known addresses are answered on the spot. */
  SWITCH_IN_ARP(Set.of(DATAPATH, INPORT, ETH_DST, ETH_TYPE, ARP_OP, ARP_TPA)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(SWITCH_IN_LOOKUP);
    }
  },
  /** From the destination MAC to an output port or group. */
  SWITCH_IN_LOOKUP(Set.of(DATAPATH, ETH_DST)),
  /** What switches learned, each by itself; the controller writes nothing here. */
  LEARNED(Set.of(DATAPATH, ETH_DST)),
  /** What to do with a frame for an address that nobody knows. */
  SWITCH_IN_UNKNOWN(Set.of(DATAPATH, OUTPORT)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(LOCATE);
    }
  },
  /** From the output port or group to the chassis that have it. */
  LOCATE(Set.of(DATAPATH, OUTPORT, FLAGS)),
  /** To each chassis by the tunnel that leads there, or on if it is this one. */
  TRANSMIT(Set.of(CHASSIS)),
  /** From groups to the ports this chassis has of them. */
  DELIVER(Set.of(DATAPATH, OUTPORT)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(PHYSICAL_OUT);
    }
  },
  /** From logical ports to OpenFlow ports. */
  PHYSICAL_OUT(Set.of(DATAPATH, OUTPORT));

  private final Set<Field> matches;

  Table(Set<Field> matches) {
    this.matches = matches;
  }

  /** The number by which OpenFlow knows the table. */
  public int number() {
    return ordinal();
  }

  /** The fields its flows may match. */
  public Set<Field> matches() {
    return matches;
  }

  /** Where a packet goes that no flow matches; empty means that it is dropped. */
  public Optional<Table> miss() {
    return Optional.empty();
  }

  /**
   * The switch fills this table by itself, so what stands there is not the controller's to judge.
   */
  public boolean learned() {
    return this == LEARNED;
  }

  public static Optional<Table> of(int number) {
    return number < values().length ? Optional.of(values()[number]) : Optional.empty();
  }
}
