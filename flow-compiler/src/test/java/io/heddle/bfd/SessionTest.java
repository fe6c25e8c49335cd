package io.heddle.bfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two ends of a session, and a clock of the test's own. */
class SessionTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final Timing FAST = new Timing(200_000, 100_000, 3);

  private final SplittableRandom random = new SplittableRandom(5880);

  private Session begin(int discriminator, Timing timing) {
    return Session.begin(discriminator, timing, random, 0);
  }

  /** A packet of the peer 7's to session 1. */
  private static ControlPacket from(State state) {
    return new ControlPacket(0, state, false, false, false, 3, 7, 1, 400_000, 300_000);
  }

  private static ControlPacket with(ControlPacket packet, boolean poll, boolean last) {
    return new ControlPacket(
        packet.diagnostic(),
        packet.state(),
        poll,
        last,
        packet.demand(),
        packet.multiplier(),
        packet.mine(),
        packet.yours(),
        packet.minTx(),
        packet.minRx());
  }

  private Session up() {
    var session = begin(1, FAST);
    session.received(from(State.DOWN), 0);
    session.received(from(State.INIT), 0);
    assertEquals(State.UP, session.state());
    return session;
  }

  /** RFC 5880 section 6.2. */
  @ParameterizedTest
  @CsvSource({
    "DOWN, DOWN, INIT",
    "DOWN, INIT, UP",
    "DOWN, UP, DOWN",
    "DOWN, ADMIN_DOWN, DOWN",
    "INIT, DOWN, INIT",
    "INIT, INIT, UP",
    "INIT, UP, UP",
    "INIT, ADMIN_DOWN, DOWN",
    "UP, DOWN, DOWN",
    "UP, INIT, UP",
    "UP, UP, UP",
    "UP, ADMIN_DOWN, DOWN",
  })
  void statesFollowOneAnother(State own, State remote, State next) {
    var session = own == State.UP ? up() : begin(1, FAST);
    if (own == State.INIT) {
      session.received(from(State.DOWN), 0);
    }
    assertEquals(own, session.state());
    session.received(from(remote), 1);
    assertEquals(next, session.state());
  }

  @Test
  void whoMeansAnotherSessionIsNotHeard() {
    var session = begin(2, FAST);
    assertEquals(Optional.empty(), session.received(with(from(State.DOWN), true, false), 0));
    assertEquals(State.DOWN, session.state());
  }

  @Test
  void whoSignalsThatItIsDownIsToldSo() {
    var session = up();
    session.received(from(State.DOWN), 1);
    var said = session.tick(1).orElseThrow();
    assertEquals(State.DOWN, said.state());
    assertEquals(3, said.diagnostic());
    assertEquals(7, said.yours());
  }

  /** The peer's multiplier of the slower of what it sends and this end bears. */
  @Test
  void whoIsNotHeardForTheDetectionTimeIsGone() {
    var session = up();
    long detection = 3 * 400 * MILLI;
    session.tick(detection - 1);
    assertEquals(State.UP, session.state());
    var said = session.tick(detection).orElseThrow();
    assertEquals(State.DOWN, session.state());
    assertEquals(1, said.diagnostic());
    assertEquals(0, said.yours());
    assertEquals(Session.SLOW, said.minTx());
  }

  @Test
  void whoLookedAwayItselfBlamesNobody() {
    var session = up();
    session.excuse(SECOND);
    session.tick(3 * 400 * MILLI);
    assertEquals(State.UP, session.state());
    session.tick(3 * 400 * MILLI + SECOND);
    assertEquals(State.DOWN, session.state());
  }

  /** Slowly until it is up, then as often as both ends want, with jitter. */
  @Test
  void packetsComeAsAgreed() {
    var session = begin(1, FAST);
    assertSpaced(session, 1_000);
    session.received(from(State.INIT), 0);
    session.received(with(from(State.UP), false, true), 0);
    assertSpaced(session, 300);
  }

  /** Packets of an otherwise silent clock are between three fourths and all of so much apart. */
  private static void assertSpaced(Session session, long millis) {
    long last = session.due().orElseThrow();
    session.tick(last);
    for (int i = 0; i < 2; i++) {
      long at = session.due().orElseThrow();
      assertTrue(at - last >= millis * MILLI * 3 / 4, (at - last) + " ns");
      assertTrue(at - last <= millis * MILLI, (at - last) + " ns");
      assertTrue(session.tick(at).isPresent());
      last = at;
    }
  }

  @Test
  void whoWantsNothingGetsNothing() {
    var session = begin(1, FAST);
    session.received(new ControlPacket(0, State.DOWN, false, false, false, 3, 7, 1, 400_000, 0), 0);
    assertEquals(Optional.empty(), session.tick(SECOND));
    // But an answer.
    var poll = new ControlPacket(0, State.INIT, true, false, false, 3, 7, 1, 400_000, 0);
    assertTrue(session.received(poll, SECOND).orElseThrow().last());
  }

  @Test
  void onDemandNothingIsSentWhileBothAreUp() {
    var session = up();
    session.tick(0);
    session.received(
        new ControlPacket(0, State.UP, false, true, true, 3, 7, 1, 400_000, 300_000), 0);
    assertEquals(Optional.empty(), session.tick(SECOND));
    session.received(from(State.DOWN), SECOND);
    assertTrue(session.tick(SECOND).isPresent());
  }

  @Test
  void whoPollsIsAnsweredAtOnce() {
    var answer = up().received(with(from(State.UP), true, false), 0).orElseThrow();
    assertTrue(answer.last());
    assertFalse(answer.poll());
  }

  /** Section 6.8.3: what makes packets rarer, or the peer be missed sooner, waits for the peer. */
  @Test
  void otherIntervalsAreAgreedOn() {
    var session = up();
    assertTrue(session.tick(0).orElseThrow().poll());
    session.received(with(from(State.UP), false, true), 0);
    assertFalse(session.tick(SECOND).orElseThrow().poll());

    session.configure(new Timing(2_000_000, 50_000, 3), SECOND);
    var said = session.tick(SECOND).orElseThrow();
    assertTrue(said.poll());
    assertEquals(2_000_000, said.minTx());
    assertTrue(session.due().orElseThrow() - SECOND <= 300 * MILLI);
    // Once more while that is asked: the answer is to the first question.
    session.configure(new Timing(3_000_000, 50_000, 3), SECOND);
    session.received(with(from(State.UP), false, true), SECOND);
    assertTrue(session.tick(SECOND).orElseThrow().poll());
    session.received(with(from(State.UP), false, true), SECOND);
    // What was due is sent; from then on the peer is heard and sent to rarely.
    long due = session.due().orElseThrow();
    assertTrue(session.tick(due).isPresent());
    for (long later = 0; later < 3_000 * MILLI * 3 / 4; later += 100 * MILLI) {
      session.received(from(State.UP), due + later);
      assertEquals(Optional.empty(), session.tick(due + later));
    }
  }

  @Test
  void anotherOwnerGoesOnWithoutAWord() {
    var session = Session.resume(1, FAST, random, 0, 10 * SECOND);
    assertEquals(Optional.empty(), session.tick(SECOND));
    assertEquals(State.UP, session.state());
    session.received(from(State.UP), SECOND);
    assertEquals(State.UP, session.state());
    var said = session.tick(2 * SECOND).orElseThrow();
    assertEquals(State.UP, said.state());
    assertEquals(7, said.yours());
  }

  @Test
  void whoIsNotHeardByAnotherOwnerIsGone() {
    var silent = Session.resume(1, FAST, random, 0, 10 * SECOND);
    silent.tick(10 * SECOND - 1);
    assertEquals(State.UP, silent.state());
    silent.tick(10 * SECOND);
    assertEquals(State.DOWN, silent.state());

    var connected = Session.resume(1, FAST, random, 0, 10 * SECOND);
    connected.listening(SECOND);
    connected.tick(SECOND + 3 * 200 * MILLI);
    assertEquals(State.DOWN, connected.state());

    var tolerant = Session.resume(1, new Timing(400_000, 200_000, 250), random, 0, 10 * SECOND);
    tolerant.listening(SECOND);
    tolerant.tick(11 * SECOND - 1);
    assertEquals(State.UP, tolerant.state());
    tolerant.tick(11 * SECOND);
    assertEquals(State.DOWN, tolerant.state());

    var beganAnew = Session.resume(1, FAST, random, 0, 10 * SECOND);
    beganAnew.received(
        new ControlPacket(0, State.DOWN, false, false, false, 3, 9, 0, 400_000, 300_000), 0);
    assertEquals(State.DOWN, beganAnew.state());
  }

  @Test
  void whoEndsSaysSo() {
    var said = up().farewell();
    assertEquals(State.ADMIN_DOWN, said.state());
    assertEquals(7, said.diagnostic());
    assertEquals(7, said.yours());
  }

  private record Letter(long at, boolean toFirst, ControlPacket packet) {}

  /**
   * Two ends whose packets are lost, late and out of order come up when that ends, and stay so;
   * when one falls silent the other finds out.
   */
  @Test
  void twoEndsAgreeWhateverHappened() {
    for (int seed = 1; seed <= 300; seed++) {
      new Trial(new SplittableRandom(seed)).run("seed " + seed);
    }
  }

  private static final class Trial {
    private final SplittableRandom chance;
    private final List<Session> ends;
    private final PriorityQueue<Letter> mail =
        new PriorityQueue<>(Comparator.comparingLong(Letter::at));
    private long now;

    Trial(SplittableRandom chance) {
      this.chance = chance;
      this.ends =
          new ArrayList<>(
              List.of(
                  Session.begin(1, timing(), chance, 0), Session.begin(2, timing(), chance, 0)));
    }

    private Timing timing() {
      return new Timing(
          chance.nextLong(100_000, 3_000_000),
          chance.nextLong(100_000, 3_000_000),
          chance.nextInt(2, 6));
    }

    void run(String what) {
      for (int i = 0; i < 100; i++) {
        if (chance.nextInt(20) == 0) {
          int end = chance.nextInt(2);
          var timing = timing();
          if (chance.nextBoolean()) {
            ends.get(end).configure(timing, now);
          } else {
            ends.set(end, Session.begin(end + 1, timing, chance, now));
          }
        }
        pass(0.5, 2 * SECOND, chance.nextLong(3 * SECOND));
      }
      pass(0, MILLI, 120 * SECOND);
      for (int i = 0; i < 50; i++) {
        assertEquals(State.UP, ends.get(0).state(), what);
        assertEquals(State.UP, ends.get(1).state(), what);
        pass(0, MILLI, SECOND);
      }
      pass(1, MILLI, 120 * SECOND);
      assertEquals(State.DOWN, ends.get(0).state(), what);
      assertEquals(State.DOWN, ends.get(1).state(), what);
    }

    /** So much time, in which so large a part of the packets is lost and others are late. */
    private void pass(double lost, long late, long nanos) {
      long until = now + nanos;
      while (now < until) {
        long next = until;
        for (var end : ends) {
          next = Math.min(next, end.due().orElse(until));
        }
        if (!mail.isEmpty()) {
          next = Math.min(next, mail.peek().at());
        }
        now = Math.max(now, next);
        while (!mail.isEmpty() && mail.peek().at() <= now) {
          var letter = mail.remove();
          var to = ends.get(letter.toFirst() ? 0 : 1);
          var read = ControlPacket.read(letter.packet().bytes()).orElseThrow();
          to.received(read, now).ifPresent(a -> post(!letter.toFirst(), a, lost, late));
        }
        for (int i = 0; i < 2; i++) {
          boolean toFirst = i == 1;
          ends.get(i).tick(now).ifPresent(p -> post(toFirst, p, lost, late));
        }
      }
    }

    private void post(boolean toFirst, ControlPacket packet, double lost, long late) {
      if (chance.nextDouble() >= lost) {
        mail.add(new Letter(now + 1 + chance.nextLong(late), toFirst, packet));
      }
    }
  }
}
