package io.heddle.northbound.grpc;

import static io.heddle.northbound.grpc.Served.aPort;
import static io.heddle.northbound.grpc.Served.aSwitch;
import static io.heddle.northbound.grpc.Served.eventually;
import static io.heddle.northbound.grpc.Served.info;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.model.Edit;
import io.heddle.northbound.CannotListenException;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.northbound.raft.TestCluster;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.api.RowChange;
import io.heddle.v1.api.RowMessage;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchEvent.Type;
import io.heddle.v1.api.WatchRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches over a real socket. */
class WatchTest {
  private final Context.CancellableContext context = Context.current().withCancellation();
  private Served served;

  @BeforeEach
  void serve() throws CannotListenException {
    served = new Served();
  }

  @AfterEach
  void close() {
    context.cancel(null);
    served.close();
  }

  private Iterator<WatchEvent> watch(long from, String... kinds) {
    return watch(served, from, kinds);
  }

  private Iterator<WatchEvent> watch(Served at, long from, String... kinds) {
    var request =
        WatchRequest.newBuilder().setFromRevision(from).addAllKinds(List.of(kinds)).build();
    return call(() -> at.api().watch(request));
  }

  private <T> T call(java.util.concurrent.Callable<T> call) {
    try {
      return context.call(call);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Name of the row before and after; "-" for none. */
  private static String text(RowChange change) {
    return change.getKind()
        + " "
        + (change.hasBefore() ? name(change.getBefore()) : "-")
        + ">"
        + (change.hasAfter() ? name(change.getAfter()) : "-");
  }

  private static String name(RowMessage row) {
    try {
      return row.getRow().is(LogicalSwitch.class)
          ? row.getRow().unpack(LogicalSwitch.class).getName()
          : row.getRow().unpack(LogicalSwitchPort.class).getName();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> texts(WatchEvent event) {
    return event.getChangesList().stream().map(WatchTest::text).sorted().toList();
  }

  @Test
  void fromTheStartTheSnapshotComesFirstAndThenEachChange() {
    served.commit(aSwitch("s1"), aPort("p1", "s1"));
    var events = watch(0);
    var snapshot = events.next();
    assertEquals(Type.SNAPSHOT, snapshot.getType());
    assertEquals(1, snapshot.getRevision());
    assertTrue(snapshot.getComplete());
    assertEquals(List.of("LogicalSwitch ->s1", "LogicalSwitchPort ->p1"), texts(snapshot));

    served.commit(aPort("p1", "s1", "unknown"));
    var changed = events.next();
    assertEquals(Type.CHANGES, changed.getType());
    assertEquals(2, changed.getRevision());
    assertEquals(List.of("LogicalSwitchPort p1>p1"), texts(changed));
    assertEquals(1, changed.getChanges(0).getBefore().getVersion());
    assertEquals(2, changed.getChanges(0).getAfter().getVersion());

    served.commit(Edit.delete(LogicalSwitch.class, "s1"));
    assertEquals(List.of("LogicalSwitch s1>-", "LogicalSwitchPort p1>-"), texts(events.next()));
  }

  @Test
  void anEmptyStoreHasAnEmptySnapshot() {
    var snapshot = watch(0).next();
    assertEquals(Type.SNAPSHOT, snapshot.getType());
    assertEquals(0, snapshot.getRevision());
    assertTrue(snapshot.getComplete());
  }

  @Test
  void aResumedWatchTellsWhatCameAfterTheRevision() {
    for (int i = 1; i <= 5; i++) {
      served.commit(aSwitch("s" + i));
    }
    var events = watch(3);
    var first = events.next();
    assertEquals(
        WatchEvent.newBuilder().setRevision(3).setComplete(true).build(),
        first,
        "an empty event says that the watch resumed");
    assertEquals(4, events.next().getRevision());
    assertEquals(List.of("LogicalSwitch ->s5"), texts(events.next()));
  }

  @Test
  void aWatchResumesFromBeforeARestart(@TempDir Path data) throws Exception {
    try (var store = RaftStore.open(StoreSettings.alone(data));
        var before = new Served(store)) {
      for (int i = 1; i <= 3; i++) {
        before.commit(aSwitch("s" + i));
      }
    }
    try (var store = RaftStore.open(StoreSettings.alone(data));
        var after = new Served(store)) {
      var events = watch(after, 1);
      assertEquals(Type.CHANGES, events.next().getType());
      assertEquals(List.of("LogicalSwitch ->s2"), texts(events.next()));
      assertEquals(List.of("LogicalSwitch ->s3"), texts(events.next()));
      after.commit(aSwitch("s4"));
      assertEquals(List.of("LogicalSwitch ->s4"), texts(events.next()));
    }
  }

  @Test
  void aRevisionThatIsForgottenStartsWithASnapshot() throws Exception {
    try (var small = new Served(ApiLimits.DEFAULT, 2)) {
      for (int i = 1; i <= 5; i++) {
        small.commit(aSwitch("s" + i));
      }
      assertEquals(Type.CHANGES, watch(small, 3).next().getType());
      var snapshot = watch(small, 2).next();
      assertEquals(Type.SNAPSHOT, snapshot.getType());
      assertEquals(5, snapshot.getRevision());
      assertEquals(5, snapshot.getChangesCount());
    }
  }

  /** A member that follows applies a little later what others have told of already. */
  @Test
  void aRevisionThatIsKnownElsewhereIsWaitedFor(@TempDir Path data) throws Exception {
    try (var members = new TestCluster(data)) {
      members.open("m1", "m2", "m3");
      members.await(view -> view.leader().isPresent());
      var leads = members.view("m1").leader().orElseThrow();
      var follows = leads.equals("m1") ? "m2" : "m1";
      try (var leader = new Served(members.store(leads));
          var follower = new Served(members.store(follows))) {
        for (int i = 0; i < 30; i++) {
          long revision = leader.commit(aSwitch("s" + i)).getRevision();
          var event = watch(follower, revision).next();
          assertEquals(Type.CHANGES, event.getType());
          assertEquals(revision, event.getRevision());
        }
        eventually("all to end but those", () -> follower.server.watching() == 30);
      }
    }
  }

  @Test
  void aRevisionThatIsNotYetIsOutOfRange() {
    var refused = assertThrows(StatusRuntimeException.class, () -> watch(1).next());
    assertEquals(Code.OUT_OF_RANGE, refused.getStatus().getCode());
    assertEquals("0", info(refused).getMetadataOrThrow("newest"));
    var negative = assertThrows(StatusRuntimeException.class, () -> watch(-1).next());
    assertEquals(Code.OUT_OF_RANGE, negative.getStatus().getCode());
  }

  @Test
  void onlyTheKindsAskedForAreTold() throws Exception {
    try (var brief = new Served(Limited.by("silentRevisions", 3), 100)) {
      var events = watch(brief, 0, "LogicalSwitchPort");
      assertTrue(events.next().getComplete());
      for (int i = 1; i <= 4; i++) {
        brief.commit(aSwitch("s" + i));
      }
      brief.commit(aPort("p1", "s1"));
      var silent = events.next();
      assertEquals(3, silent.getRevision(), "a silent watcher learns of revisions now and then");
      assertEquals(0, silent.getChangesCount());
      assertTrue(silent.getComplete());
      assertEquals(List.of("LogicalSwitchPort ->p1"), texts(events.next()));
    }
    var refused = assertThrows(StatusRuntimeException.class, () -> watch(0, "Nothing").next());
    assertEquals(java.util.Set.of("kinds[0]"), Served.violations(refused).keySet());
  }

  @Test
  void aLargeRevisionTakesSeveralEventsOfWhichOnlyTheLastIsComplete() throws Exception {
    try (var cut = new Served(Limited.by("eventBytes", 200), 100)) {
      cut.commit(aSwitch("s1"), aSwitch("s2"), aSwitch("s3"), aSwitch("s4"), aSwitch("s5"));
      var events = watch(cut, 0);
      var all = new ArrayList<String>();
      int incomplete = 0;
      var event = events.next();
      while (!event.getComplete()) {
        incomplete++;
        all.addAll(texts(event));
        event = events.next();
      }
      all.addAll(texts(event));
      assertTrue(incomplete > 0);
      assertEquals(5, all.size());
    }
  }

  /** A client that keeps what it is told has the store's rows, however often it resumes. */
  @Test
  void whatIsToldAddsUpToTheStore() {
    var random = new Random(7);
    var told = new TreeMap<String, RowMessage>();
    long from = 0;
    for (int round = 0; round < 10; round++) {
      var events = watch(from);
      for (int i = 0; i < 30; i++) {
        int number = random.nextInt(10);
        if (random.nextInt(3) == 0
            && !served.store.snapshot().named(kind(), "s" + number).isEmpty()) {
          served.commit(Edit.delete(LogicalSwitch.class, "s" + number));
        } else {
          served.commit(
              Edit.put(
                  LogicalSwitch.newBuilder()
                      .setName("s" + number)
                      .putExternalIds("i", Integer.toString(i))
                      .build()));
        }
      }
      while (from < served.store.snapshot().revision()) {
        var event = events.next();
        event.getChangesList().forEach(change -> take(told, change));
        from = event.getComplete() ? event.getRevision() : from;
      }
    }
    var stored = new TreeMap<String, RowMessage>();
    served
        .store
        .snapshot()
        .rows(LogicalSwitch.class)
        .values()
        .forEach(row -> stored.put(row.uuid().toString(), RowMessages.of(row)));
    assertEquals(stored, told);
    assertFalse(stored.isEmpty());
  }

  private static io.heddle.model.Kind kind() {
    return io.heddle.model.Schema.rows().kind(LogicalSwitch.class);
  }

  private static void take(Map<String, RowMessage> told, RowChange change) {
    if (change.hasBefore()) {
      assertEquals(change.getBefore(), told.remove(change.getBefore().getUuid()));
    }
    if (change.hasAfter()) {
      told.put(change.getAfter().getUuid(), change.getAfter());
    }
  }

  @Test
  void aWatcherThatDoesNotReadIsEndedAndToldWhereToResume() throws Exception {
    var limits = Limited.by("watcherLag", 50);
    try (var impatient = new Served(limits, 100)) {
      var events = watch(impatient, 0, "LogicalSwitch");
      assertTrue(events.next().getComplete());
      var text = "x".repeat(255);
      int commits = 0;
      // More than the connection buffers: then the watcher lags, and then it is ended.
      while (impatient.server.watching() == 1 && commits < 20_000) {
        var large = LogicalSwitch.newBuilder().setName("s" + commits % 3);
        for (int i = 0; i < 200; i++) {
          large.putExternalIds(i + text.substring(10), commits + text.substring(10));
        }
        impatient.commit(Edit.put(large.build()));
        commits++;
      }
      assertEquals(0, impatient.server.watching(), "after " + commits + " commits");
      var told = new ArrayList<Long>();
      var ended =
          assertThrows(
              StatusRuntimeException.class,
              () -> {
                while (true) {
                  told.add(events.next().getRevision());
                }
              });
      assertEquals(Code.RESOURCE_EXHAUSTED, ended.getStatus().getCode(), ended.toString());
      assertEquals("WATCHER_TOO_SLOW", info(ended).getReason());
      long resume = Long.parseLong(info(ended).getMetadataOrThrow("resume_from"));
      assertEquals(told.get(told.size() - 1), resume);
      for (int i = 0; i < told.size(); i++) {
        assertEquals(i + 1, told.get(i), "no gap before the end");
      }
    }
  }

  @Test
  void watchersAreBoundedAndLeaveTheirPlace() throws Exception {
    try (var few = new Served(Limited.by("watchers", 2), 100)) {
      var mine = Context.current().withCancellation();
      var request = WatchRequest.getDefaultInstance();
      mine.call(() -> few.api().watch(request)).next();
      watch(few, 0).next();
      var refused = assertThrows(StatusRuntimeException.class, () -> watch(few, 0).next());
      assertEquals(Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode());
      assertEquals("watchers", info(refused).getMetadataOrThrow("limit"));
      mine.cancel(null);
      eventually("the place is free", () -> few.server.watching() == 1);
      watch(few, 0).next();
    }
  }

  @Test
  void aStoppingServerTellsWatchersWhereToResume() {
    served.commit(aSwitch("s1"));
    var events = watch(0);
    events.next();
    served.server.close();
    var ended = assertThrows(StatusRuntimeException.class, events::next);
    assertEquals(Code.UNAVAILABLE, ended.getStatus().getCode(), ended.toString());
    assertEquals("1", info(ended).getMetadataOrThrow("resume_from"));
  }
}
