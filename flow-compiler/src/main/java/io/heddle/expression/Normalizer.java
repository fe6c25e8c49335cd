package io.heddle.expression;

import io.heddle.expression.Expression.All;
import io.heddle.expression.Expression.Any;
import io.heddle.expression.Expression.Compare;
import io.heddle.expression.Expression.Constant;
import io.heddle.expression.Expression.Not;
import io.heddle.flow.Match;
import java.util.ArrayList;
import java.util.List;

/** Makes one expression a list of matches: negations go inwards, then "and" is multiplied out. */
final class Normalizer {
  /** Matches that one expression may take; counted before any is made. */
  static final int MATCHES = 4096;

  /** Whose negation is meant. */
  private enum Reading {
    /** What people wrote: a comparison's field must be there, negated or not. */
    WRITTEN,
    /** What a predicate stands for: it is true of just the packets its negation is false of. */
    DEFINED
  }

  private final ValueSets values = new ValueSets();
  private final Clauses clauses = new Clauses(values);
  private final Comparison comparison;

  Normalizer(Names names) {
    this.comparison = new Comparison(names, values);
  }

  List<Match> matches(Expression expression) throws BadExpression {
    return clauses.matches(clauses(expression, false, Reading.WRITTEN));
  }

  private List<Clause> clauses(Expression expression, boolean negated, Reading reading)
      throws BadExpression {
    if (expression instanceof Constant constant) {
      return constant.value() != negated ? List.of(Clause.ALL) : List.of();
    }
    if (expression instanceof Not not) {
      return clauses(not.operand(), !negated, reading);
    }
    if (expression instanceof All all) {
      return combined(all.parts(), negated, !negated, reading);
    }
    if (expression instanceof Any any) {
      return combined(any.parts(), negated, negated, reading);
    }
    return compared((Compare) expression, negated, reading);
  }

  /**
   * @param and whether all parts are meant; else any
   */
  private List<Clause> combined(
      List<Expression> parts, boolean negated, boolean and, Reading reading) throws BadExpression {
    var each = new ArrayList<List<Clause>>();
    for (var part : parts) {
      each.add(clauses(part, negated, reading));
    }
    return and ? clauses.all(each) : clauses.any(each);
  }

  private List<Clause> compared(Compare compare, boolean negated, Reading reading)
      throws BadExpression {
    int set = comparison.set(compare);
    int wanted = negated ? values.complement(set) : set;
    var symbol = compare.symbol();
    if (symbol instanceof Symbol.Port port) {
      return Clause.of(port.field(), wanted).map(List::of).orElse(List.of());
    }
    if (symbol instanceof Symbol.Missing missing) {
      throw new BadExpression(missing.name() + " " + missing.why());
    }
    if (symbol instanceof Symbol.Predicate predicate) {
      return predicate(predicate, wanted);
    }
    var numeric = (Symbol.Numeric) symbol;
    var field = Clause.of(numeric.field(), wanted).map(List::of).orElse(List.of());
    var there = clauses(numeric.prerequisite(), false, Reading.DEFINED);
    var both = clauses.all(List.of(there, field));
    if (!negated || reading == Reading.WRITTEN) {
      return both;
    }
    return clauses.any(List.of(clauses(numeric.prerequisite(), true, Reading.DEFINED), both));
  }

  /** One bit that is 1 where the predicate holds. */
  private List<Clause> predicate(Symbol.Predicate predicate, int wanted) throws BadExpression {
    var either = new ArrayList<List<Clause>>();
    for (int bit = 0; bit <= 1; bit++) {
      if (comparison.has(wanted, bit)) {
        either.add(clauses(predicate.meaning(), bit == 0, Reading.DEFINED));
      }
    }
    return clauses.any(either);
  }
}
