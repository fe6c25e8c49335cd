package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.heddle.v1.ClusterVersion;
import io.heddle.v1.Controller;
import io.heddle.v1.Division;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Transaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backup takes the place of, and what not. */
class RestorationTest {
  private static final List<Class<? extends Message>> OF_THE_CLUSTER =
      List.of(Controller.class, Division.class, ClusterVersion.class);

  private final Rows backup = new Rows();
  private final Rows running = new Rows();

  /** A cluster whose members have started, written by whoever writes such rows. */
  private static void run(Rows cluster, int version, Map<String, String> members) {
    members.forEach(
        (name, incarnation) ->
            cluster.observe(
                Edit.put(
                    Controller.newBuilder().setName(name).setIncarnation(incarnation).build())));
    var shares = members.keySet().stream().collect(Collectors.toMap(name -> name, name -> 100));
    cluster.observe(Edit.put(Division.newBuilder().putAllShares(shares).build()));
    cluster.observe(Edit.put(ClusterVersion.newBuilder().setVersion(version).build()));
  }

  private static byte[] file(Snapshot snapshot) throws IOException {
    var file = new ByteArrayOutputStream();
    SnapshotFile.write(snapshot, file);
    return file.toByteArray();
  }

  private static Set<Message> values(Snapshot snapshot, Class<? extends Message> type) {
    return snapshot.rows(type).values().stream().map(Row::value).collect(Collectors.toSet());
  }

  /** The backup is older than what runs, or from a cluster that had come farther. */
  @ParameterizedTest
  @ValueSource(ints = {0, 50})
  void theRowsOfTheBackupTakeTheirPlaceButNotThoseOfTheRunningCluster(int farther)
      throws IOException {
    run(backup, 1, Map.of("m1", "before", "gone", "before"));
    IntStream.range(0, farther)
        .forEach(
            i ->
                backup.commit(
                    Edit.put(Rows.sw("s").toBuilder().putExternalIds("n", "" + i).build())));
    backup.commit(Edit.put(Rows.sw("saved")));
    run(running, 2, Map.of("m1", "now", "m2", "now", "m3", "now"));
    running.commit(Edit.put(Rows.sw("later")));
    var before = running.snapshot;

    running.commit(Restoration.of(file(backup.snapshot)));

    var after = running.snapshot;
    assertEquals(values(backup.snapshot, LogicalSwitch.class), values(after, LogicalSwitch.class));
    assertTrue(after.revision() > Math.max(before.revision(), backup.snapshot.revision()));
    for (var type : OF_THE_CLUSTER) {
      assertEquals(values(before, type), values(after, type));
      assertEquals(before.rows(type).keySet(), after.rows(type).keySet());
    }
    assertEquals(2, Edition.of(after));
    var gone = Schema.rows().kind(Controller.class);
    assertTrue(after.named(gone, "gone").isEmpty());
    // Switches go by the epoch, and those that the backup is from may have seen a later one.
    long seen = Ownership.of(backup.snapshot, "m1", false).epoch();
    assertTrue(Ownership.of(after, "m1", false).epoch() > seen);
    assertTrue(
        Ownership.of(after, "m1", false).epoch() > Ownership.of(before, "m1", false).epoch());
    var loaded = SnapshotFile.read(new ByteArrayInputStream(file(after)));
    assertEquals(loaded.allIndexes(), after.allIndexes());
  }

  /** Ids are a cluster's: in another the same one may have meant something else. */
  @Test
  void whatWasAnsweredHereStaysSoAndWhatWasAnsweredElsewhereIsNew() throws IOException {
    backup.commit(once("elsewhere", "saved"));
    backup.commit(once("both", "saved too"));
    running.commit(once("both", "gone"));
    var here = running.commit(once("here", "gone too"));

    running.commit(Restoration.of(file(backup.snapshot)));

    var restored = running.snapshot;
    assertEquals(here, running.commit(once("here", "gone too")));
    assertEquals(1, running.commit(once("both", "gone")).getRevision());
    assertSame(restored, running.snapshot, "nothing was done twice");
    long next = restored.revision() + 1;
    assertEquals(next, running.commit(once("elsewhere", "new")).getRevision());
    var loaded = SnapshotFile.read(new ByteArrayInputStream(file(running.snapshot)));
    assertEquals(running.snapshot.receipts.byRequest(), loaded.receipts.byRequest());
  }

  private static Transaction once(String request, String sw) {
    return Edit.transaction(Edit.put(Rows.sw(sw))).toBuilder().setRequestId(request).build();
  }
}
