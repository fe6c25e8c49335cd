package io.heddle.expression;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the names in an expression stand for. */
public interface Names {
  /**
   * A logical port's key; empty where there is no such port, so that no packet is from or to it.
   */
  OptionalInt port(String name);

  /**
   * What is in an address set, each element as an expression would write it: {@code 10.0.0.0/8},
   * {@code fd00::1}, {@code 0a:00:00:00:00:01}. Empty where there is no such set.
   */
  Optional<List<String>> addressSet(String name);

  /** The names of the ports in a port group; empty where there is no such group. */
  Optional<List<String>> portGroup(String name);
}
