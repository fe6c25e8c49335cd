package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.MemoryStore;
import io.heddle.model.Outcome;
import io.heddle.model.Ownership;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Snapshot;
import io.heddle.v1.Chassis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is waited for, and for how long; the test says what time it is. */
class OwnChassisTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Ownership ALL = Ownership.sole("m1", 1);
  private static final Ownership NOTHING = Ownership.divided("m1", 2, Map.of("m2", 1));
  private static final Ownership AGAIN =
      Ownership.divided("m1", 3, Map.of("m1", 1_000_000, "m2", 1));

  private final MemoryStore store = new MemoryStore();
  private final Progress progress = new Progress();
  private final Problems problems = new Problems();
  private final OwnChassis own = new OwnChassis(progress, problems, PATIENCE);
  private UUID hv1;
  private UUID hv2;

  @BeforeEach
  void start() {
    hv1 = chassis("hv1", "0000000000000001");
    hv2 = chassis("hv2", "0000000000000002");
    progress.compiled(10);
  }

  private UUID chassis(String name, String datapathId) {
    var row = Chassis.newBuilder().setName(name).setDatapathId(datapathId).build();
    var outcome = (Outcome.Committed) store.commit(Edit.observation(Edit.put(row))).join();
    return UUID.fromString(outcome.receipt().getRows(0).getUuid());
  }

  private Snapshot network() {
    return store.snapshot();
  }

  private static long at(double seconds) {
    return (long) (seconds * 1e9);
  }

  private CompletableFuture<Void> installed() {
    return progress.whenInstalled(10);
  }

  private static Problem problem(String name, String where) {
    return new Problem("Chassis", name, "its bridge is not connected over OpenFlow to " + where);
  }

  private void driven(UUID chassis) {
    own.drives(chassis);
    own.installed(chassis, 10);
  }

  /** Nobody remembers who was there before, so all that might be are waited for. */
  @Test
  void whoHasJustStartedWaitsForAllThatItOwns() {
    var installed = installed();
    own.divided(network(), ALL, Set.of(), at(100));
    driven(hv1);
    own.tick(network(), ALL, Set.of(hv1), at(109.9));
    assertFalse(installed.isDone(), "hv2 may be on its way");
    assertEquals(List.of(), problems.list());
    own.tick(network(), ALL, Set.of(hv1), at(110));
    assertTrue(installed.isDone(), "it is not");
    assertEquals(List.of(problem("hv2", "Heddle")), problems.list());
    assertTrue(installed().isDone(), "that is known from now on");

    own.drives(hv2);
    own.tick(network(), ALL, Set.of(hv1, hv2), at(111));
    assertEquals(List.of(), problems.list());
    assertFalse(installed().isDone());
    own.installed(hv2, 10);
    assertTrue(installed().isDone());
  }

  @Test
  void whoIsLostIsWaitedForAsLongAsItMayTakeToComeBack() {
    own.divided(network(), ALL, Set.of(hv1, hv2), at(0));
    driven(hv1);
    own.installed(hv1, 10);
    own.installed(hv2, 10);
    assertTrue(installed().isDone());
    own.loses(hv2, at(50));
    own.tick(network(), ALL, Set.of(hv1), at(59));
    var installed = installed();
    assertFalse(installed.isDone());
    assertEquals(OptionalLong.empty(), progress.installed(hv2));
    own.drives(hv2);
    assertFalse(installed.isDone(), "it has confirmed nothing since");
    own.tick(network(), ALL, Set.of(hv1, hv2), at(61));
    assertFalse(installed.isDone());
    own.loses(hv2, at(70));
    own.tick(network(), ALL, Set.of(hv1), at(80));
    assertTrue(installed.isDone());
  }

  @Test
  void whoChangesHandsIsWaitedForWhereItWasHereLately() {
    own.divided(network(), ALL, Set.of(), at(0));
    own.tick(network(), ALL, Set.of(), at(10));
    assertTrue(installed().isDone());
    own.divided(network(), NOTHING, Set.of(), at(20));
    own.tick(network(), NOTHING, Set.of(), at(20));
    assertEquals(List.of(), problems.list(), "that is up to m2 now");
    assertFalse(installed().isDone(), "m2 has said nothing");
    progress.reported("m2", new Progress.Report(2, 10));
    assertTrue(installed().isDone());

    own.tick(network(), NOTHING, Set.of(hv2), at(25));
    own.divided(network(), AGAIN, Set.of(hv1), at(30));
    progress.reported("m2", new Progress.Report(3, 10));
    own.installed(hv1, 10);
    assertFalse(installed().isDone(), "hv2 was here a moment ago");
    own.tick(network(), AGAIN, Set.of(hv1), at(35));
    assertTrue(installed().isDone());
    assertEquals(List.of(problem("hv2", "member m1, which owns the chassis")), problems.list());
  }

  /** Its switch would be connected with all members; a dead host delays nobody at each takeover. */
  @Test
  void whoChangesHandsAndWasAwayForLongIsNotWaitedFor() {
    own.divided(network(), NOTHING, Set.of(hv1), at(0));
    own.tick(network(), NOTHING, Set.of(hv1), at(20));
    own.divided(network(), AGAIN, Set.of(hv1), at(30));
    progress.reported("m2", new Progress.Report(3, 10));
    assertFalse(installed().isDone(), "hv1 is here and has confirmed nothing");
    own.installed(hv1, 10);
    assertTrue(installed().isDone());
    own.tick(network(), AGAIN, Set.of(hv1), at(31));
    assertEquals(List.of(problem("hv2", "member m1, which owns the chassis")), problems.list());
  }

  @Test
  void aChassisThatIsNewIsWaitedForAndOneThatIsDeletedIsNot() {
    own.divided(network(), ALL, Set.of(hv1, hv2), at(0));
    own.installed(hv1, 10);
    own.installed(hv2, 10);
    var hv3 = chassis("hv3", "0000000000000003");
    own.changed(network(), ALL, hv3, at(5));
    var installed = installed();
    assertFalse(installed.isDone());
    store.commit(Edit.transaction(Edit.delete(Chassis.class, hv3))).join();
    own.changed(network(), ALL, hv3, at(6));
    assertTrue(installed.isDone());
    // There is no bridge yet that could be connected.
    own.changed(network(), ALL, chassis("hv4", ""), at(7));
    assertTrue(installed().isDone());
  }

  /** It would be told of twice, and is there. */
  @Test
  void aSwitchThatObeysAnotherIsNotCalledAbsent() {
    own.divided(network(), ALL, Set.of(hv1, hv2), at(0));
    own.installed(hv1, 10);
    own.loses(hv2, at(1));
    own.tick(network(), ALL, Set.of(hv1, hv2), at(11));
    assertTrue(installed().isDone());
    assertEquals(List.of(), problems.list());
  }

  @Test
  void whoIsNotOwnedAnyMoreCountsNoMore() {
    own.divided(network(), ALL, Set.of(hv1, hv2), at(0));
    own.divided(network(), NOTHING, Set.of(hv1, hv2), at(1));
    own.installed(hv1, 10);
    own.drives(hv2);
    assertEquals(OptionalLong.empty(), progress.installed(hv1));
    assertEquals(OptionalLong.empty(), progress.installed(hv2));
  }

  @Test
  void beforeThereIsADivisionAndAfterTheEndNothingIsKnown() {
    own.divided(network(), Ownership.divided("m1", 0, Map.of()), Set.of(hv1, hv2), at(0));
    assertFalse(installed().isDone());
    own.divided(network(), ALL, Set.of(), at(1));
    own.tick(network(), ALL, Set.of(), at(11));
    assertEquals(2, problems.list().size());
    own.end();
    assertFalse(installed().isDone());
    assertEquals(List.of(), problems.list());
  }
}
