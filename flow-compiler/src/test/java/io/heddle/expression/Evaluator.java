package io.heddle.expression;

import io.heddle.expression.Expression.All;
import io.heddle.expression.Expression.Any;
import io.heddle.expression.Expression.Compare;
import io.heddle.expression.Expression.Constant;
import io.heddle.expression.Expression.Not;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.trace.Packet;
import java.math.BigInteger;

/** Says of one packet whether an expression means it, in the plainest way there is. */
record Evaluator(Packet packet, int inport, int outport) {
  private static final TestNames NAMES = new TestNames();

  Bits get(Field field) {
    return switch (field) {
      case INPORT -> Bits.of(inport);
      case OUTPORT -> Bits.of(outport);
      default -> packet.get(field).orElse(Bits.ZERO);
    };
  }

  boolean holds(Expression expression) {
    return written(expression, false);
  }

  /** A comparison that people negate still asks for its field. */
  private boolean written(Expression expression, boolean negated) {
    if (expression instanceof Not not) {
      return written(not.operand(), !negated);
    }
    if (expression instanceof All all && !negated || expression instanceof Any && negated) {
      var parts = expression instanceof All a ? a.parts() : ((Any) expression).parts();
      return parts.stream().allMatch(p -> written(p, negated));
    }
    if (expression instanceof Any || expression instanceof All) {
      var parts = expression instanceof All a ? a.parts() : ((Any) expression).parts();
      return parts.stream().anyMatch(p -> written(p, negated));
    }
    if (negated
        && expression instanceof Compare compare
        && compare.symbol() instanceof Symbol.Numeric numeric) {
      return defined(numeric.prerequisite()) && !compared(compare);
    }
    return defined(expression) != negated;
  }

  private boolean defined(Expression expression) {
    if (expression instanceof Constant constant) {
      return constant.value();
    }
    if (expression instanceof Not not) {
      return !defined(not.operand());
    }
    if (expression instanceof All all) {
      return all.parts().stream().allMatch(this::defined);
    }
    if (expression instanceof Any any) {
      return any.parts().stream().anyMatch(this::defined);
    }
    var compare = (Compare) expression;
    return (!(compare.symbol() instanceof Symbol.Numeric n) || defined(n.prerequisite()))
        && compared(compare);
  }

  private boolean compared(Compare compare) {
    boolean equal = compare.values().stream().anyMatch(v -> equal(compare, v));
    return switch (compare.relation()) {
      case EQUAL -> equal;
      case NOT_EQUAL -> !equal;
      default -> {
        var first = (Value.Number) compare.values().get(0);
        int order = integer(value(compare)).compareTo(integer(first.bits()));
        yield switch (compare.relation()) {
          case LESS -> order < 0;
          case AT_MOST -> order <= 0;
          case MORE -> order > 0;
          default -> order >= 0;
        };
      }
    };
  }

  private boolean equal(Compare compare, Value value) {
    if (value instanceof Value.Number number) {
      var mask = number.mask().orElse(Bits.ones(128));
      return value(compare).and(mask).equals(number.bits());
    }
    if (value instanceof Value.Text text) {
      var key = NAMES.port(text.text());
      return key.isPresent() && value(compare).equals(Bits.of(key.getAsInt()));
    }
    if (value instanceof Value.PortGroup group) {
      return NAMES.portGroup(group.name()).orElseThrow().stream()
          .anyMatch(p -> equal(compare, new Value.Text(p)));
    }
    return NAMES.addressSet(((Value.AddressSet) value).name()).orElseThrow().stream()
        .anyMatch(a -> equal(compare, Numbers.parse(a)));
  }

  private Bits value(Compare compare) {
    var symbol = compare.symbol();
    if (symbol instanceof Symbol.Port port) {
      return get(port.field());
    }
    if (symbol instanceof Symbol.Predicate predicate) {
      return Bits.of(defined(predicate.meaning()) ? 1 : 0);
    }
    var numeric = (Symbol.Numeric) symbol;
    return get(numeric.field())
        .shiftRight(numeric.low() + compare.low())
        .and(Bits.ones(compare.width()));
  }

  private static BigInteger integer(Bits bits) {
    return new BigInteger(1, bits.bytes(16));
  }
}
