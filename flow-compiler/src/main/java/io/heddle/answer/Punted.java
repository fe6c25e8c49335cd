package io.heddle.answer;

import java.util.UUID;

/** Takes what switches cannot do by themselves. */
@FunctionalInterface
public interface Punted {
  /** Takes everything and does nothing with it. */
  Punted NOTHING = (chassis, packet, back) -> {};

  /**
   * A switch handed a packet over. The packets of one switch come one after the other and in order,
   * those of several at the same time. It must return quickly: who waits holds others up.
   *
   * @param back to the switch that the packet came from; of no effect once its connection ended
   */
  void punted(UUID chassis, PuntedPacket packet, Injector back);

  /**
   * A chassis' switch is connected, so that packets can be given to it that it did not ask for.
   *
   * @param back as in {@link #punted}
   */
  default void connected(UUID chassis, Injector back) {}

  /** That connection ended; another of the same chassis may have begun before. */
  default void disconnected(UUID chassis, Injector back) {}
}
