package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Restoration;
import io.heddle.model.Snapshot;
import io.heddle.model.SnapshotFile;
import io.heddle.model.StateMachine;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Transaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transaction too large for one entry of the log is applied as one, or not at all. */
class PartsTest {
  private static final UUID ONE = new UUID(0, 1);
  private static final UUID TWO = new UUID(0, 2);

  @TempDir Path data;

  private static byte[] bytes(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static List<Part> split(UUID source, int length) {
    return Part.split(source, 1, bytes(length)).stream().map(p -> Part.decode(p.encode())).toList();
  }

  private static Parts saved(Parts parts) throws IOException {
    var bytes = new ByteArrayOutputStream();
    parts.write(new DataOutputStream(bytes));
    return Parts.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Test
  void partsOfSeveralSourcesAreJoined() throws Exception {
    int length = 2 * RaftLimits.PART_BYTES + 7;
    var ones = split(ONE, length);
    var twos = split(TWO, length - 8);
    assertEquals(List.of(3, 2), List.of(ones.size(), twos.size()));
    var parts = Parts.NONE;
    for (var part : List.of(ones.get(0), twos.get(0), ones.get(1), twos.get(1), ones.get(2))) {
      parts = saved(parts.with(1, part));
    }
    assertArrayEquals(bytes(length), parts.whole(ones.get(2)).orElseThrow());
    assertArrayEquals(bytes(length - 8), parts.whole(twos.get(1)).orElseThrow());
    assertEquals(Parts.NONE, parts.without(ONE).without(TWO));
  }

  @Test
  void whatLacksAPartIsNotWhole() {
    var ones = split(ONE, 2 * RaftLimits.PART_BYTES + 1);
    var without = Parts.NONE.with(1, ones.get(0)).with(2, ones.get(2));
    assertTrue(without.whole(ones.get(2)).isEmpty());
    var again = Parts.NONE.with(1, ones.get(0)).with(2, ones.get(0)).with(3, ones.get(1));
    assertTrue(again.with(4, ones.get(2)).whole(ones.get(2)).isPresent());
  }

  @Test
  void whatWasGivenUpIsForgotten() {
    var ones = split(ONE, 2 * RaftLimits.PART_BYTES);
    var begun = Parts.NONE.with(10, ones.get(0));
    assertEquals(begun, begun.at(10 + RaftLimits.PARTS_ENTRIES));
    assertTrue(begun.at(11 + RaftLimits.PARTS_ENTRIES).isEmpty());
    var many = begun;
    for (int i = 0; i < RaftLimits.PARTS_BYTES / RaftLimits.PART_BYTES; i++) {
      many = many.with(11, split(new UUID(1, i), 2 * RaftLimits.PART_BYTES).get(0));
    }
    assertTrue(many.with(12, ones.get(1)).whole(ones.get(1)).isEmpty(), "the oldest is kept");
    assertEquals(RaftLimits.PARTS_BYTES / RaftLimits.PART_BYTES, many.begun().size());
  }

  @Test
  void onesThatEndTooEarlyAreRefused() {
    var bytes = split(ONE, RaftLimits.PART_BYTES + 1).get(1).encode();
    for (int length = 1; length < bytes.length - 1; length++) {
      var cut = Arrays.copyOf(bytes, length);
      assertThrows(IllegalStateException.class, () -> Part.decode(cut));
    }
  }

  /** Some 10 MB. */
  private static Transaction large() {
    var row = LogicalSwitch.newBuilder();
    IntStream.range(0, 1000).forEach(i -> row.putExternalIds("key" + i, "x".repeat(250)));
    return Edit.transaction(
        IntStream.range(0, 40).mapToObj(i -> Edit.put(row.setName("s" + i).build())).toList());
  }

  @Test
  void aLargeTransactionIsThereAfterARestartAndOnOtherMembers() throws Exception {
    assertTrue(large().getSerializedSize() > 2 * RaftLimits.PART_BYTES);
    try (var members = new TestCluster(data)) {
      members.open("m1", "m2", "m3");
      var outcomes = new ArrayList<Outcome>();
      var committing = members.store("m1").commit(large());
      var beside = members.store("m2").commit(RaftStoreTest.put("beside"));
      outcomes.add(committing.get());
      outcomes.add(beside.get());
      outcomes.forEach(outcome -> assertInstanceOf(Outcome.Committed.class, outcome));
      members.awaitRevision(2);
      var rows = members.store("m1").snapshot().rows(LogicalSwitch.class);
      assertEquals(41, rows.size());
      assertEquals(rows, members.store("m2").snapshot().rows(LogicalSwitch.class));
      var backup = incompressible();
      var restoration = Restoration.of(file(backup));
      assertTrue(restoration.getSerializedSize() > RaftLimits.PART_BYTES);
      assertInstanceOf(Outcome.Committed.class, members.store("m2").commit(restoration).get());
      members.awaitRevision(3);
      var restored = backup.rows(LogicalSwitch.class);
      members.close("m3");
      members.open("m3");
      members.awaitRevision(3);
      for (var store : members.stores.values()) {
        assertEquals(restored, store.snapshot().rows(LogicalSwitch.class));
      }
    }
  }

  /** Of more bytes than one part has, compressed, too. */
  private static Snapshot incompressible() {
    var random = new Random(1);
    var row = LogicalSwitch.newBuilder();
    var snapshot = Snapshot.empty();
    for (int i = 0; i < 60; i++) {
      row.setName("restored" + i);
      for (int key = 0; key < 1_000; key++) {
        var value = new byte[75];
        random.nextBytes(value);
        row.putExternalIds("key" + key, Base64.getEncoder().encodeToString(value));
      }
      var put = Edit.transaction(Edit.put(row.build()));
      snapshot = StateMachine.apply(snapshot, put).snapshot();
    }
    return snapshot;
  }

  private static byte[] file(Snapshot snapshot) throws IOException {
    var file = new ByteArrayOutputStream();
    SnapshotFile.write(snapshot, file);
    return file.toByteArray();
  }
}
