package io.heddle.bfd;

import io.heddle.compiler.Addressing;
import io.heddle.flow.Ip;
import io.heddle.model.PortAddresses;
import io.heddle.model.Row;
import io.heddle.v1.LogicalSwitchPort;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** The ports of one switch behind which hosts are, by the hosts' addresses. */
final class Roster {
  /** A port that may be a host's; of several the oldest comes first. */
  record Claim(long created, UUID port, String name) implements Comparable<Claim> {
    private static final Comparator<Claim> OLDEST =
        Comparator.comparingLong(Claim::created).thenComparing(Claim::port);

    @Override
    public int compareTo(Claim other) {
      return OLDEST.compare(this, other);
    }
  }

  private final Map<Ip, NavigableSet<Claim>> byIp = new HashMap<>();
  private final NavigableSet<Claim> unknown = new TreeSet<>();

  void add(Row row) {
    var port = row.as(LogicalSwitchPort.class);
    if (!isHost(port)) {
      return;
    }
    var claim = claim(row);
    ips(port).forEach(ip -> byIp.computeIfAbsent(ip, i -> new TreeSet<>()).add(claim));
    if (PortAddresses.takesUnknown(port)) {
      unknown.add(claim);
    }
  }

  void remove(Row row) {
    var claim = claim(row);
    unknown.remove(claim);
    for (var ip : ips(row.as(LogicalSwitchPort.class))) {
      byIp.computeIfPresent(
          ip,
          (i, claims) -> {
            claims.remove(claim);
            return claims.isEmpty() ? null : claims;
          });
    }
  }

  private static Claim claim(Row row) {
    return new Claim(row.created(), row.uuid(), row.name());
  }

  /** The first that has an address. */
  Optional<Claim> first(Ip ip) {
    return Optional.ofNullable(byIp.get(ip)).map(NavigableSet::first);
  }

  /** Those that may have any. */
  SortedSet<Claim> unknown() {
    return Collections.unmodifiableSortedSet(unknown);
  }

  /** Whether there is a host behind a port, and no switch or router. */
  static boolean isHost(LogicalSwitchPort port) {
    return port.getType().isEmpty();
  }

  static Set<Ip> ips(LogicalSwitchPort port) {
    return PortAddresses.of(port).stream()
        .filter(PortAddresses.Known.class::isInstance)
        .flatMap(known -> ((PortAddresses.Known) known).ips().stream())
        .map(Addressing::ip)
        .collect(Collectors.toSet());
  }
}
