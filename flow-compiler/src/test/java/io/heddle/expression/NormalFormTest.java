package io.heddle.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Match;
import io.heddle.flow.Prerequisites;
import io.heddle.trace.Packet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matches mean what the expression means, packet by packet. */
class NormalFormTest {
  private static final int EXPRESSIONS = 500;
  private static final int PACKETS = 40;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void matchesMeanTheSamePackets(long seed) throws BadExpression {
    var text = new RandomText(new Random(seed));
    int refused = 0;
    int hits = 0;
    for (int i = 0; i < EXPRESSIONS; i++) {
      var written = text.expression(3);
      var expression = Expression.parse(written);
      assertEquals(expression, Expression.parse(expression.toString()), written);
      List<Match> matches;
      try {
        matches = expression.matches(new TestNames());
      } catch (BadExpression e) {
        assertTrue(e.getMessage().contains("the limit"), e.getMessage());
        refused++;
        continue;
      }
      assertTrue(matches.size() <= Normalizer.MATCHES);
      matches.forEach(m -> checkPrerequisites(written, m));
      for (int j = 0; j < PACKETS; j++) {
        var sample =
            new Evaluator(
                Packet.parse(text.packet()), text.random().nextInt(4), text.random().nextInt(4));
        boolean meant = sample.holds(expression);
        boolean matched = matches.stream().anyMatch(m -> matches(m, sample));
        assertEquals(meant, matched, () -> written + "\n" + sample + "\n" + matches);
        hits += meant ? 1 : 0;
      }
    }
    int all = EXPRESSIONS * PACKETS;
    assertTrue(refused < EXPRESSIONS / 2, refused + " were refused");
    assertTrue(hits > all / 10 && hits < all * 9 / 10, hits + " of " + all);
  }

  private static boolean matches(Match match, Evaluator sample) {
    return match.fields().entrySet().stream()
        .allMatch(
            e ->
                (e.getKey().compareTo(Field.ETH_DST) < 0
                        || sample.packet().get(e.getKey()).isPresent())
                    && sample
                        .get(e.getKey())
                        .and(e.getValue().mask())
                        .equals(e.getValue().value()));
  }

  /** Else Open vSwitch refuses the flow. */
  private static void checkPrerequisites(String written, Match match) {
    match
        .fields()
        .forEach(
            (field, masked) -> {
              assertTrue(Prerequisites.met(field, match), () -> written + ": " + match);
              assertTrue(field.maskable() || masked.mask().equals(field.all()), match::toString);
            });
  }

  /** Whatever the text, the reader says something of it, and soon. */
  @Test
  void anyTextIsReadOrRefused() {
    var text = new RandomText(new Random(4));
    var scraps =
        List.of("(", ")", "!", "&&", "||", "{", "}", "..", "\"", "/", "$", "@", "\\", "é", "0x");
    for (int i = 0; i < 5_000; i++) {
      var mangled = new StringBuilder(text.expression(2));
      for (int j = text.random().nextInt(4); j >= 0; j--) {
        int at = text.random().nextInt(mangled.length());
        int to = Math.min(mangled.length(), at + text.random().nextInt(4));
        mangled.replace(at, to, text.one(scraps));
      }
      try {
        Expression.parse(mangled.toString()).matches(new TestNames());
      } catch (BadExpression e) {
        assertEquals(1, e.getMessage().lines().count());
      }
    }
  }

  @Test
  void rangesTakeTheFewestPrefixes() throws BadExpression {
    var random = new Random(5);
    for (int i = 0; i < 300; i++) {
      int from = random.nextInt(1 << 16);
      int to = from + random.nextInt((1 << 16) - from);
      var matches =
          Expression.parse("ip4 && " + from + " <= tcp.dst <= " + to).matches(new TestNames());
      assertEquals(prefixes(from, to), matches.size(), from + ".." + to);
    }
  }

  /** How many the greedy way takes, which is optimal. */
  private static int prefixes(int from, int to) {
    int count = 0;
    for (long next = from; next <= to; count++) {
      long size = next == 0 ? 1 << 16 : Long.lowestOneBit(next);
      while (next + size - 1 > to) {
        size /= 2;
      }
      next += size;
    }
    return count;
  }

  @Test
  void aPortThatIsNotMeantTakesOneMaskForEachBit() throws BadExpression {
    var matches = Expression.parse("inport != \"lrp1\"").matches(new TestNames());
    assertEquals(Field.INPORT.width(), matches.size());
    assertTrue(matches.stream().noneMatch(m -> m.equals(Match.of(Field.INPORT, 1))));
    assertEquals(
        Bits.of(1L << 31), matches.get(matches.size() - 1).fields().get(Field.INPORT).value());
  }
}
