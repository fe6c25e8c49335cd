package io.heddle.feature;

import inet.ipaddr.mac.MACAddress;
import io.heddle.compiler.Addressing.Claim;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import java.util.Set;
import java.util.function.Supplier;

/** Ports of one switch that have an address which only one of them can have; hardly ever any. */
final class Rivals {
  /** Ports told of one by one; of those beyond there is only the number. */
  static final int NAMED = 10;

  private Rivals() {}

  /**
   * The port that has an address: of several the oldest. The others are told of.
   *
   * @param relation in order
   */
  static <K> Port owner(
      Reads network,
      Relation<K, Claim> relation,
      K key,
      Supplier<String> address,
      Emission.Sink out) {
    var claims = network.related(relation, key);
    var owner = network.ask(new PortOf(claims.iterator().next().port())).orElseThrow();
    if (claims.size() > 1) {
      // Hardly ever; no text is made before.
      report(network, claims, owner, address.get(), out);
    }
    return owner;
  }

  private static void report(
      Reads network, Set<Claim> claims, Port owner, String text, Emission.Sink out) {
    var taken = "address " + text + " is already port " + owner.name() + "'s";
    claims.stream()
        .skip(1)
        .limit(NAMED)
        .map(claim -> network.ask(new PortOf(claim.port())).orElseThrow().name())
        .forEach(name -> out.problem("LogicalSwitchPort", name, taken));
    int more = claims.size() - 1 - NAMED;
    if (more > 0) {
      out.problem(
          "LogicalSwitchPort",
          owner.name(),
          "address " + text + " is that of " + more + " more ports, which do not get it");
    }
  }

  static String macText(long mac) {
    return new MACAddress(mac).toColonDelimitedString();
  }
}
