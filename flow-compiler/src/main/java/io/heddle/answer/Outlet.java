package io.heddle.answer;

import java.util.UUID;

/** Gives packets to the switches of chassis. */
@FunctionalInterface
public interface Outlet {
  /** Returns at once. A switch that is not connected, or not reading, loses the packet. */
  void inject(UUID chassis, Injection injection);
}
