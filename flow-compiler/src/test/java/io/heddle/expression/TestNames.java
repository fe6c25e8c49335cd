package io.heddle.expression;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Names for tests. */
record TestNames() implements Names {
  static final Map<String, Integer> PORTS = Map.of("lrp1", 1, "lrp2", 2, "a \"b\"", 3);
  static final Map<String, List<String>> SETS =
      Map.of(
          "set1", List.of("10.0.0.1", "10.0.1.0/24"),
          "set6", List.of("fd00::1", "fd00:1::/32"),
          "macs", List.of("0a:00:00:00:00:01"),
          "empty", List.of(),
          "broken", List.of("10.0.0.0/33"),
          "a.b_ip4", List.of("10.9.9.9/32"));
  static final Map<String, List<String>> GROUPS = Map.of("pg", List.of("lrp1", "lrp2", "gone"));

  @Override
  public OptionalInt port(String name) {
    return PORTS.containsKey(name) ? OptionalInt.of(PORTS.get(name)) : OptionalInt.empty();
  }

  @Override
  public Optional<List<String>> addressSet(String name) {
    return Optional.ofNullable(SETS.get(name));
  }

  @Override
  public Optional<List<String>> portGroup(String name) {
    return Optional.ofNullable(GROUPS.get(name));
  }
}
