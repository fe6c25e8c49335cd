package io.heddle.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ExpressionTest {
  private static final Path TABLE = Path.of("src/test/resources/expressions/normal-forms.txt");

  private static String fault(String text) {
    return assertThrows(
            BadExpression.class, () -> Expression.parse(text).matches(new TestNames()), text)
        .getMessage();
  }

  private static List<String> answer(String text) {
    try {
      var matches = Expression.parse(text).matches(new TestNames());
      return matches.isEmpty()
          ? List.of("nothing")
          : matches.stream().map(m -> m.fields().isEmpty() ? "all" : m.toString()).toList();
    } catch (BadExpression e) {
      return List.of("refused: " + e.getMessage());
    }
  }

  /** All of a data file; {@code -Dexpressions.rewrite=true} gives it the answers there are. */
  @TestFactory
  Stream<DynamicTest> means() throws IOException {
    if (Boolean.getBoolean("expressions.rewrite")) {
      var questions = Files.readAllLines(TABLE).stream().filter(l -> !l.startsWith("  "));
      Files.write(TABLE, questions.flatMap(ExpressionTest::full).toList());
    }
    var lines = Files.readAllLines(TABLE);
    return IntStream.range(0, lines.size())
        .filter(i -> asks(lines.get(i)))
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    lines.get(i),
                    () -> assertEquals(expected(lines, i + 1), answer(lines.get(i)))));
  }

  private static boolean asks(String line) {
    return !line.isBlank() && !line.startsWith("#") && !line.startsWith("  ");
  }

  private static Stream<String> full(String line) {
    return asks(line)
        ? Stream.concat(Stream.of(line), answer(line).stream().map(a -> "  " + a))
        : Stream.of(line);
  }

  private static List<String> expected(List<String> lines, int from) {
    return lines.subList(from, lines.size()).stream()
        .takeWhile(l -> l.startsWith("  "))
        .map(String::strip)
        .toList();
  }

  @Test
  void whatIsWrittenReadsBackTheSame() throws IOException, BadExpression {
    for (var line : Files.readAllLines(TABLE)) {
      if (asks(line) && !answer(line).get(0).startsWith("refused: ")) {
        var expression = Expression.parse(line);
        assertEquals(expression, Expression.parse(expression.toString()), line);
      }
    }
  }

  @Test
  void boundsAreNamed() {
    assertEquals(
        "65537 characters are more than 65536, the limit",
        fault(" ".repeat(Expression.LENGTH) + "1"));
    int deep = Expression.NESTING;
    for (var open : List.of("(", "!(")) {
      assertEquals(
          "at " + (open.length() * (deep + 1)) + ", `(`: more than 100 parentheses in each other",
          fault(open.repeat(deep + 1) + "1" + ")".repeat(deep + 1)));
      assertEquals(List.of("all"), answer(open.repeat(deep) + "1" + ")".repeat(deep)));
    }
  }

  /** Each would take more memory or time than there is, were it made before it is counted. */
  @Test
  void nothingBlowsUp() {
    var differ = "((%1$s && !%2$s) || (!%1$s && %2$s))";
    assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          var fields = List.of("ip6.src", "ip6.dst", "tcp.src", "tcp.dst", "eth.src", "eth.dst");
          assertEquals(
              "it takes 9663676416 matches, and 4096 is the limit",
              fault(all(fields.stream().map(f -> f + " != 1"))));
          assertEquals(
              "it takes more matches than 4096, the limit",
              fault(all(bits(40).map(i -> "(ip6.src[%1$d] || ip6.dst[%1$d])".formatted(i)))));
          assertEquals(
              "its sets of values are too intricate to work out",
              fault(
                  all(
                      bits(64)
                          .map(
                              i ->
                                  differ.formatted(
                                      "ip6.src[" + i + "]", "ip6.src[" + (i + 64) + "]")))));
        });
  }

  private static Stream<Integer> bits(int count) {
    return IntStream.range(0, count).boxed();
  }

  private static String all(Stream<String> parts) {
    return parts.collect(Collectors.joining(" && "));
  }

  @Test
  void thousandsOfAddressesAreTaken() throws BadExpression {
    var members = bits(4096).map(i -> "fd00:%x:%x::1".formatted(i, i * 40503 & 0xffff)).toList();
    var names =
        new Names() {
          @Override
          public OptionalInt port(String name) {
            return OptionalInt.empty();
          }

          @Override
          public Optional<List<String>> addressSet(String name) {
            return Optional.of(members);
          }

          @Override
          public Optional<List<String>> portGroup(String name) {
            return Optional.empty();
          }
        };
    assertEquals(4096, Expression.parse("ip6.src == $all").matches(names).size());
  }
}
