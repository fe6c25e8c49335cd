package io.heddle.model.relation;

import static io.heddle.model.relation.Mutation.Mutator.DELETE;
import static io.heddle.model.relation.Mutation.Mutator.INSERT;

import io.heddle.model.relation.Mutation.Mutator;
import io.vavr.collection.TreeSet;
import java.util.ArrayList;

/** What mutations make of data. */
final class Calculation {
  private Calculation() {}

  static Datum mutate(ColumnType type, Datum held, Mutation mutation) throws Refusal {
    if (mutation.mutator() != INSERT && mutation.mutator() != DELETE) {
      return calculate(type, (Datum.Atoms) held, mutation);
    }
    var result =
        mutation.mutator() == INSERT
            ? insert(held, mutation.argument())
            : delete(held, mutation.argument());
    if (result.size() < type.min() || result.size() > type.max()) {
      throw Refusal.constraint(
          "Attempted to store " + result.size() + " elements in " + Wording.of(type) + ".");
    }
    return result;
  }

  /** A key that is there keeps its value. */
  private static Datum insert(Datum held, Datum argument) {
    if (held instanceof Datum.Ids ids && argument instanceof Datum.Ids more) {
      return ids.with(more);
    }
    var result = held;
    for (var key : argument.keys()) {
      if (!result.containsKey(key)) {
        var old = result;
        result =
            argument.value(key).map(value -> old.with(key, value)).orElseGet(() -> old.with(key));
      }
    }
    return result;
  }

  private static Datum delete(Datum held, Datum argument) {
    if (held instanceof Datum.Ids ids && argument instanceof Datum.Ids less) {
      return ids.without(less);
    }
    var result = held;
    for (var key : argument.keys()) {
      boolean meant = argument instanceof Datum.Pairs ? argument.agrees(held, key) : true;
      if (meant && result.containsKey(key)) {
        result = result.without(key);
      }
    }
    return result;
  }

  private static Datum calculate(ColumnType type, Datum.Atoms held, Mutation mutation)
      throws Refusal {
    var operand = mutation.argument().only().orElseThrow();
    var results = new ArrayList<Atom>();
    for (var atom : held.atoms()) {
      results.add(calculate(atom, mutation.mutator(), operand));
    }
    for (var atom : results) {
      TypeCheck.constraints(type, Datum.of(atom));
    }
    var result = new Datum.Atoms(TreeSet.ofAll(results));
    if (result.size() < held.size()) {
      throw Refusal.constraint(
          "Result of \"" + mutation.mutator().text() + "\" operation contains duplicates.");
    }
    return result;
  }

  private static Atom calculate(Atom atom, Mutator mutator, Atom operand) throws Refusal {
    if (atom instanceof Atom.Whole x) {
      return Atom.of(calculate(x.value(), mutator, ((Atom.Whole) operand).value()));
    }
    double result = calculate(((Atom.Real) atom).value(), mutator, ((Atom.Real) operand).value());
    if (Double.isNaN(result) || Double.isInfinite(result)) {
      throw range(mutator);
    }
    return Atom.of(result);
  }

  private static long calculate(long x, Mutator mutator, long y) throws Refusal {
    if (overflows(x, mutator, y)) {
      throw range(mutator);
    }
    return switch (mutator) {
      case ADD -> x + y;
      case SUBTRACT -> x - y;
      case MULTIPLY -> x * y;
      case DIVIDE -> x / nonzero(y);
      default -> x % nonzero(y);
    };
  }

  private static boolean overflows(long x, Mutator mutator, long y) {
    return switch (mutator) {
      case ADD -> ((x ^ x + y) & (y ^ x + y)) < 0;
      case SUBTRACT -> ((x ^ y) & (x ^ x - y)) < 0;
      case MULTIPLY -> productOverflows(x, y);
      default -> x == Long.MIN_VALUE && y == -1;
    };
  }

  /**
   * The largest products of two positive numbers count as overflows, as in ovsdb-server. Of two
   * negative numbers it asks something else, and dies where the second is zero; that is not kept.
   */
  private static boolean productOverflows(long x, long y) {
    if (x > 0) {
      return y > 0 ? x >= Long.MAX_VALUE / y : y < Long.MIN_VALUE / x;
    }
    return y > 0 ? x < Long.MIN_VALUE / y : x != 0 && y < Long.MAX_VALUE / x;
  }

  private static double calculate(double x, Mutator mutator, double y) throws Refusal {
    return switch (mutator) {
      case ADD -> x + y;
      case SUBTRACT -> x - y;
      case MULTIPLY -> x * y;
      default -> {
        if (y == 0) {
          throw divisionByZero();
        }
        yield x / y;
      }
    };
  }

  private static long nonzero(long divisor) throws Refusal {
    if (divisor == 0) {
      throw divisionByZero();
    }
    return divisor;
  }

  private static Refusal divisionByZero() {
    return new Refusal(OvsdbError.of(OvsdbError.DOMAIN_ERROR, "Division by zero."));
  }

  private static Refusal range(Mutator mutator) {
    return new Refusal(
        OvsdbError.of(
            OvsdbError.RANGE_ERROR,
            "Result of \"" + mutator.text() + "\" operation is out of range."));
  }
}
