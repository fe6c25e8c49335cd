package io.heddle.bfd;

import inet.ipaddr.IPAddress;
import io.heddle.flow.Ip;
import io.heddle.neighbour.Links.Link;
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
}
