package io.heddle.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever text stands in a match: it is refused, or it becomes a bounded number of matches. */
class ExpressionFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void match(byte[] bytes) throws BadExpression {
    var text = new String(bytes, StandardCharsets.UTF_8);
    Expression expression;
    try {
      expression = Expression.parse(text);
    } catch (BadExpression refused) {
      return;
    }
    // What it says of itself means the same.
    assertEquals(expression, Expression.parse(expression.toString()));
    try {
      assertTrue(expression.matches(new TestNames()).size() <= Normalizer.MATCHES);
    } catch (BadExpression refused) {
      assertTrue(!refused.getMessage().isEmpty());
    }
  }
}
