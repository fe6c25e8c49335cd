package io.heddle.expression;

import io.heddle.expression.Expression.All;
import io.heddle.expression.Expression.Any;
import io.heddle.expression.Expression.Compare;
import io.heddle.expression.Expression.Constant;
import io.heddle.expression.Expression.Not;
import io.heddle.expression.internal.MatchLanguageParser.ConstantContext;
import io.heddle.expression.internal.MatchLanguageParser.ExpressionContext;
import io.heddle.expression.internal.MatchLanguageParser.FieldContext;
import io.heddle.expression.internal.MatchLanguageParser.FieldFirstContext;
import io.heddle.expression.internal.MatchLanguageParser.NestedContext;
import io.heddle.expression.internal.MatchLanguageParser.OperandContext;
import io.heddle.expression.internal.MatchLanguageParser.PrimaryContext;
import io.heddle.expression.internal.MatchLanguageParser.ValuesContext;
import io.heddle.expression.internal.MatchLanguageParser.ValuesFirstContext;
import io.heddle.flow.Bits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;

/** Makes expressions of parse trees, and sees to it that fields and values go together. */
final class ExpressionReader {
  private static final Value ZERO = new Value.Number("0", 0, Bits.ZERO, Optional.empty());

  /** Longer than any field, so that what is refused is the field's width, not an overflow. */
  private static final int INDEX_DIGITS = 4;

  /** Some bits of a symbol. */
  private record Slice(Symbol symbol, int low, int width) {}

  private ExpressionReader() {}

  static Expression read(String text) throws BadExpression {
    return expression(Syntax.tree(text), false);
  }

  /**
   * @param negated whether an odd number of negations stand around it
   */
  private static Expression expression(ExpressionContext tree, boolean negated)
      throws BadExpression {
    if (!tree.AND().isEmpty() && !tree.OR().isEmpty()) {
      throw bad(tree, "&& and || need parentheses where they stand together");
    }
    var parts = new ArrayList<Expression>();
    for (var operand : tree.operand()) {
      parts.add(operand(operand, negated));
    }
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return tree.OR().isEmpty() ? new All(parts) : new Any(parts);
  }

  private static Expression operand(OperandContext tree, boolean negated) throws BadExpression {
    if (tree.NOT() == null) {
      return primary(tree.primary(), negated);
    }
    if (!atomic(tree.primary())) {
      throw bad(tree.primary(), "what ! negates needs parentheses");
    }
    return new Not(primary(tree.primary(), !negated));
  }

  private static boolean atomic(PrimaryContext tree) {
    if (tree instanceof FieldFirstContext f) {
      return f.relation() == null;
    }
    return !(tree instanceof ValuesFirstContext v) || v.relation().isEmpty();
  }

  private static Expression primary(PrimaryContext tree, boolean negated) throws BadExpression {
    if (tree instanceof NestedContext nested) {
      return expression(nested.expression(), negated);
    }
    if (tree instanceof FieldFirstContext first) {
      var slice = slice(first.field());
      return first.relation() == null
          ? bare(first.field(), slice, negated)
          : compare(slice, Relation.of(first.relation().getText()), first.values());
    }
    return valuesFirst((ValuesFirstContext) tree);
  }

  private static Expression bare(FieldContext tree, Slice slice, boolean negated)
      throws BadExpression {
    if (slice.width() == 0) {
      throw bad(tree, "a port is compared, with == for instance");
    }
    if (slice.width() > 1 && !negated) {
      throw bad(tree, "a field of several bits is compared, with != 0 for instance");
    }
    return new Compare(
        slice.symbol(), slice.low(), slice.width(), Relation.NOT_EQUAL, List.of(ZERO));
  }

  private static Expression valuesFirst(ValuesFirstContext tree) throws BadExpression {
    if (tree.relation().isEmpty()) {
      var text = tree.getText();
      if (!text.equals("0") && !text.equals("1")) {
        throw bad(tree, "a value alone is no expression");
      }
      return new Constant(text.equals("1"));
    }
    var slice = slice(tree.field());
    var before = Relation.of(tree.relation(0).getText());
    var first = compare(slice, before.turned(), tree.values(0));
    if (tree.relation().size() == 1) {
      return first;
    }
    var after = Relation.of(tree.relation(1).getText());
    if (!before.sameWay(after)) {
      throw bad(tree, "a range is written as x < field < y or x > field > y, or with <= and >=");
    }
    return new All(List.of(first, compare(slice, after, tree.values(1))));
  }

  private static Slice slice(FieldContext tree) throws BadExpression {
    var name = tree.Name().getText();
    var symbol = Symbols.find(name).orElse(null);
    if (symbol == null) {
      throw bad(tree, "there is no field " + name);
    }
    if (tree.Decimal().isEmpty()) {
      return new Slice(symbol, 0, symbol.width());
    }
    if (symbol.width() == 0) {
      throw bad(tree, "a port has no bits");
    }
    int low = index(tree, 0);
    int high = index(tree, tree.Decimal().size() - 1);
    if (low > high || high >= symbol.width()) {
      throw bad(tree, name + " has bits 0.." + (symbol.width() - 1) + ", the lower named first");
    }
    boolean whole = low == 0 && high == symbol.width() - 1;
    if (!whole && symbol instanceof Symbol.Numeric n && !n.ordered()) {
      throw bad(tree, name + " says what something is: its bits mean nothing by themselves");
    }
    return new Slice(symbol, low, high - low + 1);
  }

  private static int index(FieldContext tree, int which) {
    var digits = tree.Decimal(which).getText();
    return digits.length() > INDEX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  private static Expression compare(Slice slice, Relation relation, ValuesContext tree)
      throws BadExpression {
    var values = new ArrayList<Value>();
    for (var constant : tree.constant()) {
      values.add(value(slice, constant));
    }
    if (relation.orders()) {
      checkOrder(slice.symbol(), values, tree);
    }
    return new Compare(slice.symbol(), slice.low(), slice.width(), relation, values);
  }

  private static void checkOrder(Symbol symbol, List<Value> values, ValuesContext tree)
      throws BadExpression {
    var only = ": only == and != go with ";
    if (tree.getChildCount() > 1 || !(values.get(0) instanceof Value.Number number)) {
      throw bad(tree, symbol.name() + only + "sets and names");
    }
    if (symbol instanceof Symbol.Predicate || symbol instanceof Symbol.Numeric n && !n.ordered()) {
      throw bad(tree, symbol.name() + only + "what is no amount");
    }
    if (number.mask().isPresent()) {
      throw bad(
          tree, symbol.name() + only + "masks; " + symbol.name() + "[0..7] names single bits");
    }
  }

  private static Value value(Slice slice, ConstantContext tree) throws BadExpression {
    var value = value(tree);
    try {
      check(slice.symbol().name(), slice.symbol().width(), slice.width(), value);
    } catch (IllegalArgumentException e) {
      throw bad(tree, e.getMessage());
    }
    return value;
  }

  private static Value value(ConstantContext tree) throws BadExpression {
    if (tree.Text() != null) {
      var quoted = tree.getText();
      var text = quoted.substring(1, quoted.length() - 1);
      return new Value.Text(text.replaceAll("\\\\(.)", "$1"));
    }
    if (tree.AddressSet() != null) {
      return new Value.AddressSet(tree.getText().substring(1));
    }
    if (tree.PortGroup() != null) {
      return new Value.PortGroup(tree.getText().substring(1));
    }
    try {
      var mask = Optional.ofNullable(tree.number(1)).map(ParserRuleContext::getText);
      return Numbers.of(tree.number(0).getText(), mask);
    } catch (IllegalArgumentException e) {
      throw bad(tree, e.getMessage());
    }
  }

  /**
   * Whether a value can be one of a field's.
   *
   * @param width of the whole field, 0 for ports
   * @param bits as many of them as are compared
   * @throws IllegalArgumentException telling why not
   */
  static void check(String name, int width, int bits, Value value) {
    boolean port = value instanceof Value.Text || value instanceof Value.PortGroup;
    if (width == 0 && !port) {
      throw new IllegalArgumentException(name + " is a port, compared with \"NAME\" or @GROUP");
    }
    if (width > 0 && port) {
      throw new IllegalArgumentException(
          name + " is a number, compared with numbers, addresses or $SET, not with ports");
    }
    if (value instanceof Value.Number number) {
      int needed = Math.max(number.width() > width ? number.width() : 0, significant(number));
      if (needed > bits) {
        throw new IllegalArgumentException(
            name + " has " + bits + " bits here and that is of " + needed);
      }
    }
  }

  private static int significant(Value.Number number) {
    return Numbers.width(number.mask().orElse(number.bits()));
  }

  private static BadExpression bad(ParserRuleContext tree, String why) {
    return new BadExpression(tree.getStart().getStartIndex(), Syntax.text(tree), why);
  }
}
