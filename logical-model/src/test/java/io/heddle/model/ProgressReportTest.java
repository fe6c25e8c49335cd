package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Progress.Report;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A revision is installed when all members say so of the chassis that they own now. */
class ProgressReportTest {
  private static final UUID HV1 = new UUID(0, 1);
  private static final UUID HV2 = new UUID(0, 2);
  private static final Set<UUID> NONE = Set.of();
  private final Progress progress = new Progress();

  @Test
  void whatAMemberSaysIsWhatAllItsChassisRun() {
    progress.divided(5, Set.of(), NONE, NONE);
    assertEquals(new Report(5, 0), progress.report());
    progress.compiled(8);
    assertEquals(new Report(5, 8), progress.report());
    progress.connected(HV1);
    assertEquals(new Report(5, 0), progress.report());
    progress.installed(HV1, 9);
    assertEquals(new Report(5, 8), progress.report());
    progress.installed(HV2, 7);
    assertEquals(new Report(5, 7), progress.report());
  }

  @Test
  void allMembersAreWaitedFor() {
    progress.divided(5, Set.of("m2", "m3"), NONE, NONE);
    progress.compiled(10);
    var installed = progress.whenInstalled(10);
    progress.reported("m2", new Report(5, 10));
    assertFalse(installed.isDone());
    progress.reported("m3", new Report(5, 9));
    assertFalse(installed.isDone());
    progress.reported("m3", new Report(5, 11));
    assertTrue(installed.isDone());
  }

  @Test
  void whatWasSaidInAnotherEpochCountsNoMore() {
    progress.divided(5, Set.of("m2"), NONE, NONE);
    progress.compiled(10);
    progress.reported("m2", new Report(5, 10));
    assertTrue(progress.whenInstalled(10).isDone());
    progress.divided(7, Set.of("m2"), NONE, NONE);
    var installed = progress.whenInstalled(10);
    assertFalse(installed.isDone());
    progress.reported("m2", new Report(8, 10));
    assertFalse(installed.isDone(), "this member is behind");
    progress.divided(8, Set.of("m2"), NONE, NONE);
    assertTrue(installed.isDone());
  }

  @Test
  void whoIsGoneIsNotWaitedFor() {
    progress.divided(5, Set.of("m2", "m3"), NONE, NONE);
    progress.compiled(10);
    var installed = progress.whenInstalled(10);
    progress.divided(6, Set.of("m2"), NONE, NONE);
    progress.reported("m2", new Report(6, 10));
    assertTrue(installed.isDone());
  }

  @Test
  void nothingIsInstalledUntilItIsKnownWhoOwnsWhat() {
    progress.compiled(10);
    var installed = progress.whenInstalled(10);
    assertFalse(installed.isDone());
    assertEquals(new Report(0, 0), progress.report());
    progress.divided(5, Set.of(), NONE, NONE);
    assertTrue(installed.isDone());
    // Who ends does not say that all is well.
    progress.connected(HV1);
    var next = progress.whenInstalled(10);
    progress.undivided();
    assertFalse(next.isDone());
    assertEquals(new Report(5, 0), progress.report());
  }

  @Test
  void whoIsMissedIsWaitedForUntilItIsGone() {
    progress.compiled(10);
    progress.divided(5, Set.of(), NONE, Set.of(HV1, HV2));
    var installed = progress.whenInstalled(10);
    assertFalse(installed.isDone());
    progress.gone(HV2);
    assertFalse(installed.isDone());
    progress.connected(HV1);
    assertFalse(installed.isDone());
    progress.missed(HV1);
    assertEquals(OptionalLong.empty(), progress.installed(HV1));
    assertEquals(new Report(5, 0), progress.report());
    progress.connected(HV1);
    progress.installed(HV1, 10);
    assertTrue(installed.isDone());
    assertEquals(new Report(5, 10), progress.report());
  }

  /** It comes to this member in the same moment in which the other no longer speaks for it. */
  @Test
  void aChassisThatChangesHandsIsNotOverlooked() {
    progress.compiled(10);
    progress.divided(5, Set.of("m2"), Set.of(HV1), NONE);
    progress.reported("m2", new Report(5, 10));
    var installed = progress.whenInstalled(10);
    progress.divided(6, Set.of("m2"), NONE, NONE);
    assertFalse(installed.isDone(), "m2 has not spoken of it yet");
    progress.divided(7, Set.of(), Set.of(HV1), Set.of(HV2));
    progress.installed(HV1, 10);
    assertFalse(installed.isDone());
    progress.gone(HV2);
    assertTrue(installed.isDone());
  }
}
