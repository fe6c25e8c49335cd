package io.heddle.expression;

import io.heddle.flow.Match;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which packets are meant, in OVN's language (ovn-sb(5), Logical_Flow "match"): {@code ip4.src ==
 * 10.0.0.0/24 && tcp.dst == {80, 443}}. What differs from OVN: header fields that Open vSwitch
 * matches only as a whole may be compared with any relation, at the price of one match for each
 * value; {@code !=} with an empty set still asks for the field to be there; and there is no {@code
 * is_chassis_resident}. Its text parses to an equal expression.
 */
public sealed interface Expression {
  /** The longest text that is read, in characters. */
  int LENGTH = 65_536;

  /** Parentheses in each other. */
  int NESTING = 100;

  /**
   * @throws BadExpression with the place and text at fault
   */
  static Expression parse(String text) throws BadExpression {
    return ExpressionReader.read(text);
  }

  /** Why the text is none, if so. */
  static Optional<String> fault(String text) {
    try {
      parse(text);
      return Optional.empty();
    } catch (BadExpression e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * The same as matches of which a packet must fulfil any. They may overlap. Fields that need
   * others (OpenFlow 1.3 section 7.2.3.8) stand with them.
   *
   * @throws BadExpression where a set is not there or fits its field badly, where flows cannot
   *     match it, or where it takes more than {@link Normalizer#MATCHES}
   */
  default List<Match> matches(Names names) throws BadExpression {
    return new Normalizer(names).matches(this);
  }

  /** {@code 1} or {@code 0}: all packets or none. */
  record Constant(boolean value) implements Expression {
    @Override
    public String toString() {
      return value ? "1" : "0";
    }
  }

  /**
   * The packets that the operand does not mean. Where a comparison is negated, its field must be
   * there all the same: {@code !(tcp.dst == 80)} is {@code tcp.dst != 80}, TCP to other ports.
   */
  record Not(Expression operand) implements Expression {
    @Override
    public String toString() {
      return "!(" + operand + ")";
    }
  }

  record All(List<Expression> parts) implements Expression {
    public All {
      parts = List.copyOf(parts);
    }

    @Override
    public String toString() {
      return joined(parts, " && ");
    }
  }

  record Any(List<Expression> parts) implements Expression {
    public Any {
      parts = List.copyOf(parts);
    }

    @Override
    public String toString() {
      return joined(parts, " || ");
    }
  }

  /**
   * Some bits of a field, compared. Equal means equal to one of the values, not equal to none.
   *
   * @param low of the symbol's bits
   * @param width how many; 0 for ports
   */
  record Compare(Symbol symbol, int low, int width, Relation relation, List<Value> values)
      implements Expression {
    public Compare {
      values = List.copyOf(values);
    }

    private String bits() {
      if (width == symbol.width()) {
        return "";
      }
      return width == 1 ? "[" + low + "]" : "[" + low + ".." + (low + width - 1) + "]";
    }

    @Override
    public String toString() {
      var all = values.stream().map(Object::toString).collect(Collectors.joining(", "));
      return symbol.name()
          + bits()
          + (" " + relation + " ")
          + (values.size() == 1 ? all : "{" + all + "}");
    }
  }

  private static String joined(List<Expression> parts, String by) {
    return parts.stream()
        .map(p -> p instanceof All || p instanceof Any ? "(" + p + ")" : p.toString())
        .collect(Collectors.joining(by));
  }
}
