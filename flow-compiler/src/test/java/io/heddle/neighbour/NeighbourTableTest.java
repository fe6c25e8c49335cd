package io.heddle.neighbour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.answer.PuntedPacket;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.flow.Action;
import io.heddle.flow.Punt;
import io.heddle.neighbour.Effect.Ask;
import io.heddle.neighbour.Effect.Forget;
import io.heddle.neighbour.Effect.Forward;
import io.heddle.neighbour.Effect.Held;
import io.heddle.neighbour.Effect.Learn;
import io.heddle.neighbour.Effect.Unreachable;
import io.heddle.trace.Packet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** By a clock that only the test moves. */
class NeighbourTableTest {
  private static final UUID ROUTER = new UUID(0, 1);
  private static final UUID OTHER_ROUTER = new UUID(0, 2);
  private static final UUID CHASSIS = new UUID(0, 3);
  private static final Duration AGE = Duration.ofSeconds(60);
  private static final long MAC = 0x0c_0000_0000_01L;
  private static final long OTHER_MAC = 0x0c_0000_0000_02L;
  private static final Neighbour NEIGHBOUR = Neighbour.of("port", "10.0.0.99");

  private Optional<Duration> age = Optional.of(AGE);
  private final NeighbourTable table = new NeighbourTable(n -> age);
  private long now = -Duration.ofDays(100).toNanos();

  private static Held packet(int number) {
    var packet = Packet.parse("eth 0e:01 > 0a:01 ip 10.0.1.1 > 10.0.0.99 icmp echo seq " + number);
    return new Held(
        CHASSIS, new PuntedPacket(new Action.Punt(Punt.RESOLVE_IPV4), packet, Map.of()));
  }

  private static Neighbour neighbour(String port, int number) {
    return Neighbour.of(
        port, "11.%d.%d.%d".formatted(number >> 16, number >> 8 & 255, number & 255));
  }

  private List<Effect> wanted(Neighbour neighbour, int number) {
    return table.wanted(ROUTER, neighbour, packet(number), now);
  }

  private List<Effect> after(Duration time) {
    now += time.toNanos();
    return table.tick(now);
  }

  private static Ask asked(Neighbour neighbour) {
    return new Ask(neighbour, Optional.empty(), Optional.of(CHASSIS));
  }

  @Test
  void theFirstPacketsWaitForTheAnswer() {
    assertEquals(List.of(asked(NEIGHBOUR)), wanted(NEIGHBOUR, 0));
    for (int i = 1; i <= Limits.PACKETS_PER_NEIGHBOUR; i++) {
      assertEquals(List.of(), wanted(NEIGHBOUR, i));
    }
    assertEquals(Limits.PACKETS_PER_NEIGHBOUR, table.waiting());
    var expected = new ArrayList<Effect>(List.of(new Learn(NEIGHBOUR, MAC)));
    for (int i = 0; i < Limits.PACKETS_PER_NEIGHBOUR; i++) {
      expected.add(new Forward(NEIGHBOUR, packet(i), MAC));
    }
    assertEquals(expected, table.heard(NEIGHBOUR, MAC, now));
    assertEquals(0, table.waiting());
    // Until the switch knows it too, packets go on at once.
    assertEquals(List.of(new Forward(NEIGHBOUR, packet(9), MAC)), wanted(NEIGHBOUR, 9));
  }

  @Test
  void whoDoesNotAnswerIsAskedAgainAndGivenUp() {
    wanted(NEIGHBOUR, 0);
    wanted(NEIGHBOUR, 1);
    var wait = Limits.FIRST_WAIT;
    for (int i = 1; i < Limits.QUESTIONS; i++) {
      assertEquals(List.of(), after(wait.minusNanos(1)));
      assertEquals(List.of(asked(NEIGHBOUR)), after(Duration.ofNanos(1)));
      wait = wait.multipliedBy(2);
    }
    assertEquals(List.of(), after(wait.minusNanos(1)));
    assertEquals(
        List.of(new Unreachable(NEIGHBOUR, packet(0)), new Unreachable(NEIGHBOUR, packet(1))),
        after(Duration.ofNanos(1)));
    assertEquals(0, table.waiting());
    assertEquals(List.of(), wanted(NEIGHBOUR, 2));
    assertEquals(List.of(), after(Limits.HOLD_DOWN));
    assertEquals(List.of(asked(NEIGHBOUR)), wanted(NEIGHBOUR, 3));
  }

  @Test
  void anAnswerThatComesLateIsTaken() {
    wanted(NEIGHBOUR, 0);
    for (int i = 0; i < Limits.QUESTIONS; i++) {
      after(Limits.FIRST_WAIT.multipliedBy(1L << i));
    }
    assertEquals(List.of(new Learn(NEIGHBOUR, MAC)), table.heard(NEIGHBOUR, MAC, now));
  }

  @Test
  void nobodyIsBelievedUnasked() {
    for (int i = 0; i < 100_000; i++) {
      assertEquals(List.of(), table.heard(neighbour("port", i), MAC, now));
    }
    assertEquals(List.of(asked(NEIGHBOUR)), wanted(NEIGHBOUR, 0));
  }

  private void learn() {
    wanted(NEIGHBOUR, 0);
    table.heard(NEIGHBOUR, MAC, now);
  }

  @Test
  void whatIsKnownIsAskedForAgainBeforeItGoes() {
    learn();
    assertEquals(List.of(), after(AGE.minusNanos(1)));
    var again = new Ask(NEIGHBOUR, Optional.of(MAC), Optional.empty());
    assertEquals(List.of(again), after(Duration.ofNanos(1)));
    // The answer makes it young.
    assertEquals(List.of(), table.heard(NEIGHBOUR, MAC, now));
    assertEquals(List.of(), after(AGE.minusNanos(1)));
    assertEquals(List.of(again), after(Duration.ofNanos(1)));
    assertEquals(List.of(again), after(Limits.FIRST_WAIT));
    assertEquals(
        List.of(new Ask(NEIGHBOUR, Optional.empty(), Optional.empty())),
        after(Limits.FIRST_WAIT.multipliedBy(2)));
    assertEquals(List.of(new Forget(NEIGHBOUR)), after(Limits.FIRST_WAIT.multipliedBy(4)));
    assertEquals(List.of(asked(NEIGHBOUR)), wanted(NEIGHBOUR, 1));
  }

  @Test
  void whatIsKnownStaysWhileNobodyCanAsk() {
    learn();
    for (int i = 0; i < 10; i++) {
      var again = new Ask(NEIGHBOUR, Optional.of(MAC), Optional.empty());
      assertEquals(List.of(again), after(AGE));
      table.couldNotAsk(NEIGHBOUR, now);
    }
    assertEquals(1, wanted(NEIGHBOUR, 1).size());
  }

  @Test
  void anotherMacReplacesTheOldButNotAtEveryWord() {
    learn();
    assertEquals(List.of(), table.heard(NEIGHBOUR, OTHER_MAC, now));
    now += Limits.MAC_HOLDS.toNanos();
    assertEquals(List.of(new Learn(NEIGHBOUR, OTHER_MAC)), table.heard(NEIGHBOUR, OTHER_MAC, now));
    int learned = 0;
    for (int i = 0; i < 10_000; i++) {
      now += Duration.ofMillis(1).toNanos();
      learned += table.heard(NEIGHBOUR, i % 2 == 0 ? MAC : OTHER_MAC, now).size();
    }
    assertTrue(learned <= 10, "ten seconds of quarrel are " + learned + " writes");
  }

  @Test
  void agesCanBeNoneAndOthers() {
    age = Optional.empty();
    learn();
    assertEquals(List.of(), after(Duration.ofDays(365)));
    age = Optional.of(AGE);
    table.agesChanged(ROUTER);
    assertEquals(List.of(new Ask(NEIGHBOUR, Optional.of(MAC), Optional.empty())), table.tick(now));
  }

  @Test
  void aRouterThatScansCostsOthersNothing() {
    for (int i = 0; i < 100; i++) {
      table.wanted(OTHER_ROUTER, neighbour("other", i), packet(i), now);
    }
    int scanned = 10 * Limits.PACKETS;
    for (int i = 0; i < scanned; i++) {
      assertEquals(1, table.wanted(ROUTER, neighbour("port", i), packet(i), now).size());
      assertTrue(table.waiting() <= 100 + Limits.PACKETS_PER_ROUTER);
    }
    for (int i = 0; i < 100; i++) {
      assertEquals(2, table.heard(neighbour("other", i), MAC, now).size());
    }
    // Whoever scans keeps what it looked for last.
    assertEquals(2, table.heard(neighbour("port", scanned - 1), MAC, now).size());
    assertEquals(0, table.heard(neighbour("port", 0), MAC, now).size());
  }

  @Test
  void manyRoutersThatScanLoseTheirOwn() {
    for (int i = 0; i < 10; i++) {
      table.wanted(OTHER_ROUTER, neighbour("other", i), packet(i), now);
    }
    for (int router = 0; router < 2 * Limits.PACKETS / Limits.PACKETS_PER_ROUTER; router++) {
      for (int i = 0; i < Limits.PACKETS_PER_ROUTER; i++) {
        table.wanted(new UUID(1, router), neighbour("port" + router, i), packet(i), now);
        assertTrue(table.waiting() <= Limits.PACKETS);
      }
    }
    for (int i = 0; i < 10; i++) {
      assertEquals(2, table.heard(neighbour("other", i), MAC, now).size());
    }
  }

  @Test
  void aRouterLearnsSoManyAndNoMore() {
    for (int i = 0; i < Limits.BINDINGS_PER_ROUTER; i++) {
      wanted(neighbour("port", i), i);
      assertEquals(2, table.heard(neighbour("port", i), MAC, now).size());
    }
    assertEquals(Set.of(), table.refusing());
    wanted(NEIGHBOUR, 1);
    var sent = List.<Effect>of(new Forward(NEIGHBOUR, packet(1), MAC));
    assertEquals(sent, table.heard(NEIGHBOUR, MAC, now));
    assertEquals(Set.of(ROUTER), table.refusing());
    table.struckOut(neighbour("port", 0));
    assertEquals(Set.of(), table.refusing());
    wanted(NEIGHBOUR, 2);
    assertEquals(2, table.heard(NEIGHBOUR, MAC, now).size());
  }

  @Test
  void questionsAgainAreFewAtATime() {
    int known = 10 * Limits.QUESTIONS_PER_TICK;
    for (int i = 0; i < known; i++) {
      assertEquals(List.of(), table.written(ROUTER, neighbour("port", i), MAC, now));
    }
    now += AGE.toNanos();
    for (int i = 0; i < 10; i++) {
      assertEquals(Limits.QUESTIONS_PER_TICK, table.tick(now).size());
    }
    assertEquals(List.of(), table.tick(now));
  }

  @Test
  void aRouterThatScansDelaysNoQuestionsOfOthers() {
    for (int i = 0; i < Limits.PACKETS_PER_ROUTER; i++) {
      wanted(neighbour("port", i), i);
    }
    var other = neighbour("other", 0);
    table.wanted(OTHER_ROUTER, other, packet(0), now);
    assertTrue(after(Limits.FIRST_WAIT).contains(asked(other)));
  }

  @Test
  void whatIsWrittenIsKnown() {
    wanted(NEIGHBOUR, 0);
    var sent = List.<Effect>of(new Forward(NEIGHBOUR, packet(0), MAC));
    assertEquals(sent, table.written(ROUTER, NEIGHBOUR, MAC, now));
    table.struckOut(NEIGHBOUR);
    assertEquals(List.of(asked(NEIGHBOUR)), wanted(NEIGHBOUR, 1));
  }
}
