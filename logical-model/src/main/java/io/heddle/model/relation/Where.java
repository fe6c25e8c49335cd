package io.heddle.model.relation;

import java.util.List;

/** Which rows of a table are meant. */
public record Where(TableSchema table, List<Clause> clauses) {
  /** Whether the row meets all clauses, as operations have it. */
  public boolean all(OvsdbRow row) {
    for (var clause : clauses) {
      if (!met(clause, row)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the row meets at least one clause, or there is none, as monitors have it. */
  public boolean any(OvsdbRow row) {
    for (var clause : clauses) {
      if (met(clause, row)) {
        return true;
      }
    }
    return clauses.isEmpty();
  }

  private static boolean met(Clause clause, OvsdbRow row) {
    if (clause instanceof Clause.Comparison comparison) {
      return met(comparison.function(), row.get(comparison.column()), comparison.argument());
    }
    return ((Clause.Constant) clause).met();
  }

  private static boolean met(Clause.Function function, Datum held, Datum argument) {
    return switch (function) {
      case EQUAL -> held.equals(argument);
      case NOT_EQUAL -> !held.equals(argument);
      case INCLUDES -> argument.keys().stream().allMatch(key -> argument.agrees(held, key));
      case EXCLUDES -> argument.keys().stream().noneMatch(key -> argument.agrees(held, key));
      case LESS, LESS_OR_EQUAL, GREATER_OR_EQUAL, GREATER ->
          held.only()
              .map(key -> key.compareTo(argument.only().orElseThrow()))
              .filter(
                  order ->
                      switch (function) {
                        case LESS -> order < 0;
                        case LESS_OR_EQUAL -> order <= 0;
                        case GREATER -> order > 0;
                        default -> order >= 0;
                      })
              .isPresent();
    };
  }
}
