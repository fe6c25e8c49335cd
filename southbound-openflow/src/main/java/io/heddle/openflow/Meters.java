package io.heddle.openflow;

import io.heddle.flow.Action;
import io.heddle.flow.Flow;
import io.heddle.flow.Meter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The meters that a switch has. A meter must be there before the flows that name it: to Open
 * vSwitch one that is not there means no limit, and stays so when it comes. It does no input or
 * output.
 */
final class Meters {
  /** Bytes of a meter's configuration before its bands (OpenFlow 1.3 section 7.3.5.13). */
  private static final int CONFIG = 8;

  /** The meters that flows name, by their ids, and those that are there for all. */
  static final class Needed {
    private final Map<Integer, Meter> byId = new TreeMap<>();

    void add(Flow flow) {
      flow.punt().ifPresent(this::add);
    }

    private void add(Action.Punt punt) {
      byId.put(punt.meterId(), punt.reason().meter());
    }
  }

  private final Set<Integer> there = new HashSet<>();

  /** The switch is about to be asked for all that it has. */
  void forget() {
    there.clear();
  }

  /** Takes one multipart reply's meters. */
  void read(ByteBuffer configs) {
    while (configs.hasRemaining()) {
      int length = Inventory.entry(configs, CONFIG);
      there.add(configs.getInt(configs.position() + 4));
      configs.position(configs.position() + length);
    }
  }

  /** A flow's meter is there, if it has one, and was when the flow came. */
  boolean serve(Flow flow) {
    return flow.punt().filter(punt -> !there.contains(punt.meterId())).isEmpty();
  }

  /** Messages that make the switch have those needed, as they should be, and no others. */
  byte[] exactly(int xid, Needed needed) {
    var all = new TreeMap<>(needed.byId);
    Arrays.stream(Meter.values()).forEach(meter -> all.put(meter.id(Meter.NOBODYS), meter));
    var out = new Octets(64);
    for (int id : there) {
      if (!all.containsKey(id)) {
        Requests.deleteMeter(out, xid, id);
      }
    }
    all.forEach(
        (id, meter) -> {
          int command = there.contains(id) ? Protocol.METER_MODIFY : Protocol.METER_ADD;
          Requests.meter(out, xid, command, id, meter);
        });
    there.clear();
    there.addAll(all.keySet());
    return out.toArray();
  }

  /** Messages that make the switch have those needed too, if it has not. */
  Optional<byte[]> also(int xid, Needed needed) {
    var out = new Octets(64);
    needed.byId.forEach(
        (id, meter) -> {
          if (there.add(id)) {
            Requests.meter(out, xid, Protocol.METER_ADD, id, meter);
          }
        });
    return out.size() == 0 ? Optional.empty() : Optional.of(out.toArray());
  }
}
