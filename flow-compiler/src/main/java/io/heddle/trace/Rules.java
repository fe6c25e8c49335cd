package io.heddle.trace;

import io.heddle.compiler.Unit;
import io.heddle.compiler.UnitKey;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The flows of one host by table, the highest priority first. */
final class Rules {
  /** One flow and where it comes from. */
  record Rule(Flow flow, UnitKey origin) {}

  private final Map<Table, List<Rule>> tables = new EnumMap<>(Table.class);
  private final Set<Long> cookies = new HashSet<>();

  Rules(Collection<Unit> units) {
    for (var unit : units) {
      for (var flow : unit.flows()) {
        tables
            .computeIfAbsent(flow.table(), t -> new ArrayList<>())
            .add(new Rule(flow, unit.key()));
        cookies.add(flow.cookie());
      }
    }
    var highestFirst = Comparator.comparingInt((Rule r) -> r.flow().priority()).reversed();
    tables.values().forEach(rules -> rules.sort(highestFirst));
  }

  /** The rules of the highest priority that match: more than one is a fault of the compiler. */
  List<Rule> matching(Table table, Function<Field, Optional<Bits>> fields) {
    var found = new ArrayList<Rule>();
    for (var rule : tables.getOrDefault(table, List.of())) {
      if (!found.isEmpty() && found.get(0).flow().priority() > rule.flow().priority()) {
        break;
      }
      if (matches(rule.flow().match(), fields)) {
        found.add(rule);
      }
    }
    return found;
  }

  static boolean matches(Match match, Function<Field, Optional<Bits>> fields) {
    return match.fields().entrySet().stream()
        .allMatch(
            e ->
                fields
                    .apply(e.getKey())
                    .filter(v -> v.and(e.getValue().mask()).equals(e.getValue().value()))
                    .isPresent());
  }

  boolean has(long cookie) {
    return cookies.contains(cookie);
  }
}
