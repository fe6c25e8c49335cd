package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A leader's entries for two who follow, or four, with a clock that is set by hand. */
class SparesTest {
  private record Later(long at, Runnable task) {}

  private final PriorityQueue<Later> later =
      new PriorityQueue<>(Comparator.comparingLong(Later::at));
  private final TreeSet<String> current = new TreeSet<>(List.of("m2", "m3"));
  private final TreeSet<String> silent = new TreeSet<>();

  /** What was sent: to whom, which, and after how many milliseconds. */
  private final List<String> sent = new ArrayList<>();

  private long now;
  private int needed = 1;
  private Spares spares;

  @BeforeEach
  void start() {
    spares = new Spares(new Followers(), () -> now);
  }

  private final class Followers implements Spares.Followers {
    @Override
    public int needed() {
      return needed;
    }

    @Override
    public List<MemberId> current() {
      return current.stream().map(MemberId::from).toList();
    }

    @Override
    public void later(Duration after, Runnable task) {
      later.add(new Later(now + after.toNanos(), task));
    }
  }

  private void pass(long millis) {
    long end = now + Duration.ofMillis(millis).toNanos();
    while (!later.isEmpty() && later.peek().at() <= end) {
      var next = later.remove();
      now = Math.max(now, next.at());
      next.task().run();
    }
    now = end;
  }

  private CompletableFuture<AppendResponse> append(String member, int entry, RaftLogEntry... what) {
    var request =
        AppendRequest.builder()
            .withTerm(1)
            .withLeader(MemberId.from("m1"))
            .withPrevLogIndex(entry)
            .withPrevLogTerm(1)
            .withEntries(what.length == 0 ? Collections.emptyList() : List.of(what))
            .withCommitIndex(0)
            .build();
    return spares.append(
        MemberId.from(member),
        request,
        () -> {
          sent.add(member + ":" + entry + "@" + Duration.ofNanos(now).toMillis());
          return silent.contains(member)
              ? new CompletableFuture<>()
              : CompletableFuture.completedFuture(null);
        });
  }

  private static RaftLogEntry entry() {
    return new InitializeEntry(1, 0);
  }

  private void appendToAll(int entry) {
    for (var member : List.copyOf(current)) {
      append(member, entry, entry());
    }
  }

  private List<String> sentTo(String member) {
    return sent.stream().filter(s -> s.startsWith(member)).toList();
  }

  @Test
  void whoIsNotNeededGetsTogetherWhatComesInQuickSuccession() {
    for (int i = 0; i < 30; i++) {
      appendToAll(i);
      pass(1);
    }
    pass(100);
    assertEquals(30, sentTo("m2").size());
    assertEquals(
        List.of("m3:0@0"), sentTo("m3").subList(0, 1), "nothing came before in quick succession");
    var rest = sentTo("m3").subList(1, 30);
    assertTrue(
        rest.stream().limit(24).allMatch(s -> s.endsWith("@25") || s.endsWith("@31")), "" + rest);
    for (int i = 0; i < 30; i++) {
      assertTrue(sentTo("m3").get(i).startsWith("m3:" + i + "@"), "in order: " + sentTo("m3"));
    }
  }

  @Test
  void whatComesByItselfGoesToAllAtOnce() {
    for (int i = 0; i < 5; i++) {
      appendToAll(i);
      assertEquals(2 * (i + 1), sent.size(), sent::toString);
      pass(10);
    }
  }

  @Test
  void whereWhoIsNeededIsLateTheOthersAre() {
    appendToAll(0);
    pass(1);
    silent.add("m2");
    appendToAll(1);
    assertEquals(1, sentTo("m3").size());
    pass(Spares.LATE.toMillis() * 2 + 1);
    assertEquals(2, sentTo("m3").size());
    appendToAll(2);
    assertEquals(3, sentTo("m3").size(), "and at once from now on");
  }

  @Test
  void whoIsNotReachedOrLacksSomethingIsNotCountedUpon() {
    appendToAll(0);
    pass(1);
    appendToAll(1);
    assertEquals(1, sentTo("m3").size());
    current.remove("m2");
    pass(1);
    append("m2", 2, entry());
    append("m3", 2, entry());
    assertEquals(List.of("m3:0@0", "m3:1@2", "m3:2@2"), sentTo("m3"));
  }

  @Test
  void whereSomebodyAsksThroughAnotherMemberNothingWaits() {
    appendToAll(0);
    pass(1);
    appendToAll(1);
    assertEquals(1, sentTo("m3").size());
    spares.asked();
    pass(0);
    assertEquals(2, sentTo("m3").size());
    for (int i = 2; i < 40; i++) {
      appendToAll(i);
      assertEquals(i + 1, sentTo("m3").size());
      pass(1);
    }
    pass(Spares.ASKED.toMillis() - 40);
    append("m2", 40, entry());
    pass(1);
    append("m2", 41, entry());
    append("m3", 40, entry());
    pass(1);
    append("m2", 42, entry());
    append("m3", 41, entry());
    assertEquals(41, sentTo("m3").size(), "nobody has asked for a while: " + sentTo("m3"));
  }

  @Test
  void muchGoesAtOnceBehindWhatWaits() {
    appendToAll(0);
    pass(1);
    appendToAll(1);
    append("m2", 2, entry());
    var large = new PrimitiveOperation(OperationId.command("apply"), new byte[10_000]);
    append("m3", 2, new CommandEntry(1, 0, 1, 1, large));
    assertEquals(List.of("m3:0@0", "m3:1@1", "m3:2@1"), sentTo("m3"));
  }

  @Test
  void ofFiveTwoAreNeeded() {
    needed = 2;
    current.addAll(List.of("m4", "m5"));
    appendToAll(0);
    pass(1);
    appendToAll(1);
    assertEquals(2, sentTo("m3").size());
    assertEquals(1, sentTo("m4").size());
    assertEquals(1, sentTo("m5").size());
    current.remove("m2");
    appendToAll(2);
    assertEquals(3, sentTo("m4").size());
    assertEquals(1, sentTo("m5").size());
  }

  @Test
  void signsOfLifeNeverWaitAndAnswersArePassedOn() {
    appendToAll(0);
    pass(1);
    append("m2", 1, entry());
    var waiting = append("m3", 1, entry());
    assertFalse(waiting.isDone());
    assertTrue(append("m3", 1).isDone());
    pass(Spares.GATHERING.toMillis() + Spares.LATE.toMillis());
    assertTrue(waiting.isDone());
  }
}
