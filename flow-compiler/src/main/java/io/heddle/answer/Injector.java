package io.heddle.answer;

/** Gives packets to a switch. */
@FunctionalInterface
public interface Injector {
  /** Returns at once. A switch that is not reading loses the packet. */
  void inject(Injection injection);
}
