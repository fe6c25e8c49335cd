package io.heddle.expression;

import io.heddle.expression.Expression.Compare;
import io.heddle.flow.Bits;
import java.util.ArrayList;
import java.util.List;

/** From comparisons to the values that fulfil them. */
final class Comparison {
  private final Names names;
  private final ValueSets values;

  Comparison(Names names, ValueSets values) {
    this.names = names;
    this.values = values;
  }

  /** The values of the symbol's field for which a comparison is true. */
  int set(Compare compare) throws BadExpression {
    if (compare.relation().orders()) {
      return ordered(compare);
    }
    var each = new ArrayList<Integer>();
    for (var value : compare.values()) {
      add(compare, value, each);
    }
    int equal = values.join(each);
    return compare.relation() == Relation.EQUAL ? equal : values.complement(equal);
  }

  /** Whether one bit, 0 or 1, is in a set. */
  boolean has(int set, int bit) throws BadExpression {
    return values.meet(set, values.of(Bits.of(bit), Bits.of(1))) != ValueSets.NONE;
  }

  private int ordered(Compare compare) throws BadExpression {
    var number = ((Value.Number) compare.values().get(0)).bits();
    int low = low(compare);
    int width = compare.width();
    int atLeast = values.atLeast(low, width, number);
    int equal = values.of(number.shiftLeft(low), Bits.ones(width).shiftLeft(low));
    return switch (compare.relation()) {
      case AT_LEAST -> atLeast;
      case LESS -> values.complement(atLeast);
      case MORE -> values.meet(atLeast, values.complement(equal));
      default -> values.join(values.complement(atLeast), equal);
    };
  }

  private static int low(Compare compare) {
    return compare.low() + (compare.symbol() instanceof Symbol.Numeric n ? n.low() : 0);
  }

  private void add(Compare compare, Value value, List<Integer> sets) throws BadExpression {
    if (value instanceof Value.Number number) {
      int low = low(compare);
      var mask = number.mask().orElse(Bits.ones(compare.width())).shiftLeft(low);
      sets.add(values.of(number.bits().shiftLeft(low), mask));
    } else if (value instanceof Value.Text text) {
      addPort(text.text(), sets);
    } else if (value instanceof Value.PortGroup group) {
      var ports = names.portGroup(group.name());
      for (var port : ports.orElseThrow(() -> missing(group, "port group"))) {
        addPort(port, sets);
      }
    } else if (value instanceof Value.AddressSet set) {
      var members = names.addressSet(set.name());
      for (var member : members.orElseThrow(() -> missing(set, "address set"))) {
        add(compare, member(compare, set, member), sets);
      }
    }
  }

  private void addPort(String name, List<Integer> sets) throws BadExpression {
    var key = names.port(name);
    if (key.isPresent()) {
      sets.add(values.of(Bits.of(key.getAsInt() & 0xffff_ffffL), Bits.ones(32)));
    }
  }

  private static Value member(Compare compare, Value.AddressSet set, String text)
      throws BadExpression {
    try {
      var number = Numbers.parse(text);
      var symbol = compare.symbol();
      ExpressionReader.check(symbol.name(), symbol.width(), compare.width(), number);
      return number;
    } catch (IllegalArgumentException e) {
      throw new BadExpression("\"" + text + "\" in " + set + ": " + e.getMessage());
    }
  }

  private static BadExpression missing(Value value, String what) {
    return new BadExpression(value + ": there is no such " + what);
  }
}
