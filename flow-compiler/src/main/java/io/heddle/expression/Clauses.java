package io.heddle.expression;

import io.heddle.flow.Field;
import io.heddle.flow.Match;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists of clauses of which a packet must fulfil any, combined, kept short, and made matches. */
final class Clauses {
  /** Pairs of clauses that one expression may have multiplied. */
  static final int PRODUCTS = 1 << 17;

  /** The longest list in which clauses are looked for that others make needless. */
  static final int ABSORBED = 256;

  private final ValueSets values;
  private int products;

  Clauses(ValueSets values) {
    this.values = values;
  }

  List<Clause> any(List<List<Clause>> lists) throws BadExpression {
    var all = new ArrayList<Clause>();
    lists.forEach(all::addAll);
    return shortened(all);
  }

  List<Clause> all(List<List<Clause>> lists) throws BadExpression {
    var result = List.of(Clause.ALL);
    for (var list : lists) {
      result = product(result, list);
    }
    return result;
  }

  private List<Clause> product(List<Clause> left, List<Clause> right) throws BadExpression {
    products += (int) Math.min((long) left.size() * right.size(), PRODUCTS);
    if (products > PRODUCTS) {
      throw new BadExpression(
          "it takes more than " + PRODUCTS + " combinations of its alternatives");
    }
    var result = new ArrayList<Clause>();
    for (var l : left) {
      for (var r : right) {
        l.meet(r, values).ifPresent(result::add);
      }
    }
    return shortened(result);
  }

  private List<Clause> shortened(List<Clause> clauses) throws BadExpression {
    List<Clause> result = new ArrayList<>(new LinkedHashSet<>(clauses));
    int before;
    do {
      before = result.size();
      for (var field : fields(result)) {
        result = joined(result, field);
      }
    } while (result.size() < before);
    if (result.size() > Normalizer.MATCHES) {
      throw new BadExpression("it takes more matches than " + Normalizer.MATCHES + ", the limit");
    }
    return result.size() <= ABSORBED ? absorbed(result) : result;
  }

  private static Iterable<Field> fields(List<Clause> clauses) {
    var fields = new LinkedHashSet<Field>();
    clauses.forEach(c -> fields.addAll(c.sets().keySet()));
    return fields;
  }

  /** Clauses that differ in one field only become one. */
  private List<Clause> joined(List<Clause> clauses, Field field) throws BadExpression {
    var sets = new LinkedHashMap<Clause, List<Integer>>();
    for (var clause : clauses) {
      sets.computeIfAbsent(clause.without(field), c -> new ArrayList<>()).add(clause.set(field));
    }
    var result = new ArrayList<Clause>();
    for (var entry : sets.entrySet()) {
      result.add(entry.getKey().with(field, values.join(entry.getValue())));
    }
    return result;
  }

  private List<Clause> absorbed(List<Clause> clauses) throws BadExpression {
    var result = new ArrayList<Clause>();
    for (var clause : clauses) {
      boolean needless = false;
      for (var other : clauses) {
        needless |= !other.equals(clause) && clause.meet(other, values).equals(Optional.of(clause));
      }
      if (!needless) {
        result.add(clause);
      }
    }
    return result;
  }

  /** Each clause as one match for each combination of its fields' masks. */
  List<Match> matches(List<Clause> clauses) throws BadExpression {
    long total = 0;
    for (var clause : clauses) {
      total = ValueSets.plus(total, size(clause));
    }
    if (total > Normalizer.MATCHES) {
      throw new BadExpression(tooMany(total, clauses));
    }
    var result = new LinkedHashSet<Match>();
    clauses.forEach(c -> result.addAll(matches(c)));
    return List.copyOf(result);
  }

  private long size(Clause clause) {
    long size = 1;
    for (var entry : clause.sets().entrySet()) {
      size = ValueSets.times(size, size(entry));
    }
    return size;
  }

  private long size(Map.Entry<Field, Integer> entry) {
    var field = entry.getKey();
    return field.maskable()
        ? values.masks(entry.getValue())
        : values.values(entry.getValue(), field.width());
  }

  private String tooMany(long total, List<Clause> clauses) {
    var why = new StringBuilder("it takes ");
    why.append(total == Long.MAX_VALUE ? "far too many" : total).append(" matches, and ");
    why.append(Normalizer.MATCHES).append(" is the limit");
    clauses.stream()
        .flatMap(c -> c.sets().entrySet().stream())
        .filter(e -> !e.getKey().maskable() && size(e) > Normalizer.MATCHES)
        .map(Map.Entry::getKey)
        .findFirst()
        .ifPresent(f -> why.append("; each value of ").append(f).append(" takes one"));
    return why.toString();
  }

  private List<Match> matches(Clause clause) {
    var result = List.of(Match.ALL);
    for (var entry : clause.sets().entrySet()) {
      var field = entry.getKey();
      var longer = new ArrayList<Match>();
      for (var match : result) {
        if (field.maskable()) {
          values.eachMask(entry.getValue(), (b, m) -> longer.add(match.and(field, b, m)));
        } else {
          values.eachValue(
              entry.getValue(), field.width(), (b, m) -> longer.add(match.and(field, b, m)));
        }
      }
      result = longer;
    }
    return result;
  }
}
