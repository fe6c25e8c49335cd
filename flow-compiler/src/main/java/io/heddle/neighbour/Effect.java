package io.heddle.neighbour;

import io.heddle.answer.PuntedPacket;
import io.heddle.compiler.Neighbourhood.Neighbour;
import java.util.Optional;
import java.util.UUID;

/** What is to be done about neighbours. */
sealed interface Effect {
  /** A packet that waits, and the chassis whose switch handed it over. */
  record Held(UUID chassis, PuntedPacket packet) {}

  /**
   * Ask whose address it is.
   *
   * @param mac whom to ask, or all
   * @param chassis where to ask, if that is told
   */
  record Ask(Neighbour neighbour, Optional<Long> mac, Optional<UUID> chassis) implements Effect {}

  /** Send a packet on to its next hop. */
  record Forward(Neighbour neighbour, Held held, long mac) implements Effect {}

  /** Tell a packet's sender that its next hop does not answer. */
  record Unreachable(Neighbour neighbour, Held held) implements Effect {}

  /** Write down whose address it is. */
  record Learn(Neighbour neighbour, long mac) implements Effect {}

  /** Strike out whose address it was. */
  record Forget(Neighbour neighbour) implements Effect {}
}
