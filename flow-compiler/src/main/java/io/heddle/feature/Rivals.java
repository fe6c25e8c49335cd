package io.heddle.feature;

import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.mac.MACAddress;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Topology.Address;
import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import java.util.UUID;

/** Ports of one switch that have an address which only one of them can have. */
final class Rivals {
  private Rivals() {}

  static void report(
      Reads network,
      Relation<Address, UUID> relation,
      Address key,
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

  static String ipv4Text(long ip) {
    return new IPv4Address((int) ip).toCanonicalString();
  }
}
