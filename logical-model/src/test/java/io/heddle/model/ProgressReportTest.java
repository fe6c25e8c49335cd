package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Progress.Report;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A revision is installed when all members say so of the chassis that they own now. */
class ProgressReportTest {
  private static final UUID HV1 = new UUID(0, 1);
  private final Progress progress = new Progress();

  @Test
  void whatAMemberSaysIsWhatAllItsChassisRun() {
    progress.divided(5, Set.of());
    assertEquals(new Report(5, 0), progress.report());
    progress.compiled(8);
    assertEquals(new Report(5, 8), progress.report());
    progress.connected(HV1);
    assertEquals(new Report(5, 0), progress.report());
    progress.installed(HV1, 9);
    assertEquals(new Report(5, 8), progress.report());
    progress.installed(new UUID(0, 2), 7);
    assertEquals(new Report(5, 7), progress.report());
  }

  @Test
  void allMembersAreWaitedFor() {
    progress.divided(5, Set.of("m2", "m3"));
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
    progress.divided(5, Set.of("m2"));
    progress.compiled(10);
    progress.reported("m2", new Report(5, 10));
    assertTrue(progress.whenInstalled(10).isDone());
    progress.divided(7, Set.of("m2"));
    var installed = progress.whenInstalled(10);
    assertFalse(installed.isDone());
    progress.reported("m2", new Report(8, 10));
    assertFalse(installed.isDone(), "this member is behind");
    progress.divided(8, Set.of("m2"));
    assertTrue(installed.isDone());
  }

  @Test
  void whoIsGoneIsNotWaitedFor() {
    progress.divided(5, Set.of("m2", "m3"));
    progress.compiled(10);
    var installed = progress.whenInstalled(10);
    progress.divided(6, Set.of("m2"));
    progress.reported("m2", new Report(6, 10));
    assertTrue(installed.isDone());
  }
}
