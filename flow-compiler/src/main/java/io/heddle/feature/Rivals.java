package io.heddle.feature;

import inet.ipaddr.mac.MACAddress;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import java.util.UUID;

/** Ports of one switch that have an address which only one of them can have. */
final class Rivals {
  private Rivals() {}

  static <K> void report(
      Reads network,
      Relation<K, UUID> relation,
      K key,
      Port owner,
      String address,
      Emission.Sink out) {
    for (var uuid : network.related(relation, key)) {
      if (!uuid.equals(owner.uuid())) {
        var name = network.ask(new PortOf(uuid)).orElseThrow().name();
        out.problem(
            "LogicalSwitchPort",
            name,
            "address " + address + " is already port " + owner.name() + "'s");
      }
    }
  }

  static String macText(long mac) {
    return new MACAddress(mac).toColonDelimitedString();
  }
}
