package io.heddle.expression;

import io.heddle.flow.Field;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Packets of which each named field has one of a set of values, a number of {@link ValueSets} that
 * is neither all nor none. Immutable.
 */
record Clause(Map<Field, Integer> sets) {
  static final Clause ALL = new Clause(new EnumMap<>(Field.class));

  /** No clause if the set has no values. */
  static Optional<Clause> of(Field field, int set) {
    return switch (set) {
      case ValueSets.NONE -> Optional.empty();
      case ValueSets.ALL -> Optional.of(ALL);
      default -> Optional.of(ALL.with(field, set));
    };
  }

  int set(Field field) {
    return sets.getOrDefault(field, ValueSets.ALL);
  }

  Clause with(Field field, int set) {
    var copy = new EnumMap<Field, Integer>(Field.class);
    copy.putAll(sets);
    if (set == ValueSets.ALL) {
      copy.remove(field);
    } else {
      copy.put(field, set);
    }
    return new Clause(copy);
  }

  /** Without asking for a field. */
  Clause without(Field field) {
    return sets.containsKey(field) ? with(field, ValueSets.ALL) : this;
  }

  /** The packets of both; empty where there can be none. */
  Optional<Clause> meet(Clause other, ValueSets values) throws BadExpression {
    var both = new EnumMap<Field, Integer>(Field.class);
    both.putAll(sets);
    for (var entry : other.sets.entrySet()) {
      int set = values.meet(set(entry.getKey()), entry.getValue());
      if (set == ValueSets.NONE) {
        return Optional.empty();
      }
      both.put(entry.getKey(), set);
    }
    return Optional.of(new Clause(both));
  }
}
