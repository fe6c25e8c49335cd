package io.heddle.bfd;

import inet.ipaddr.IPAddress;
import io.heddle.compiler.Monitoring;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.flow.Ip;
import io.heddle.model.Snapshot;
import io.heddle.neighbour.Links;
import io.heddle.neighbour.Links.Link;
import io.heddle.v1.Bfd;
import java.util.UUID;

/** What a row asks for. */
sealed interface Wish {
  /** Nothing, since no route depends on it. */
  record Unused() implements Wish {}

  /** What cannot be: there is nobody to watch, or nowhere to do it from. */
  record Impossible() implements Wish {}

  /**
   * A session.
   *
   * @param source the router port's address that it is kept from
   * @param chassis by which it is kept
   */
  record Watch(Link link, IPAddress source, Ip peer, UUID chassis, Timing timing) implements Wish {}

  /** What a row of a snapshot, which the other two have followed, asks for. */
  static Wish of(Snapshot snapshot, UUID uuid, Bfd row, Links links, Peers peers) {
    if (!Monitoring.used(snapshot, uuid, row)) {
      return new Unused();
    }
    var peer = Neighbour.of(row.getLogicalPort(), row.getDstIp()).ip();
    return links
        .named(snapshot, row.getLogicalPort())
        .flatMap(
            link ->
                link.source(peer)
                    .flatMap(
                        source ->
                            peers
                                .chassis(snapshot, link.logicalSwitch(), peer)
                                .<Wish>map(
                                    chassis ->
                                        new Watch(
                                            link,
                                            source,
                                            peer,
                                            chassis,
                                            Timing.of(row, (field, why) -> {})))))
        .orElseGet(Impossible::new);
  }
}
