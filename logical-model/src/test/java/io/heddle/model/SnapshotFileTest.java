package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.PortBinding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A snapshot that is saved and loaded is equal in all that any later transaction can see. */
class SnapshotFileTest {
  private static final String SUBNET = "10.0.0.0/29";

  private static byte[] save(Snapshot snapshot) {
    var bytes = new ByteArrayOutputStream();
    try {
      SnapshotFile.write(snapshot, bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static Snapshot load(byte[] bytes) throws IOException {
    return SnapshotFile.read(new ByteArrayInputStream(bytes));
  }

  private static void assertSame(Snapshot expected, Snapshot actual) {
    assertEquals(expected.revision(), actual.revision());
    for (var kind : Schema.rows().kinds()) {
      assertEquals(expected.rows(kind), actual.rows(kind));
    }
    assertEquals(expected.allIndexes(), actual.allIndexes());
    assertEquals(expected.pools, actual.pools);
    assertEquals(expected.addresses, actual.addresses);
    assertEquals(expected.receipts, actual.receipts);
  }

  /** Some transaction; many of them are refused. */
  private static Operation operation(Random random) {
    IntFunction<String> name = kinds -> "n" + random.nextInt(kinds);
    return switch (random.nextInt(9)) {
      case 0, 1 ->
          Edit.put(
              LogicalSwitch.newBuilder()
                  .setName(name.apply(5))
                  .setTunnelKey(random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 0)
                  .putAllOtherConfig(random.nextBoolean() ? Map.of("subnet", SUBNET) : Map.of())
                  .build());
      case 2, 3, 4 ->
          Edit.put(
              LogicalSwitchPort.newBuilder()
                  .setName(name.apply(20))
                  .setLogicalSwitch(name.apply(5))
                  .addAddresses("0a:00:00:00:00:0" + random.nextInt(10))
                  .addAddresses(random.nextBoolean() ? "unknown" : "dynamic")
                  .putExternalIds("key", name.apply(100))
                  .build());
      case 5 -> Edit.put(Chassis.newBuilder().setName(name.apply(4)).build());
      case 6 -> Edit.delete(LogicalSwitch.class, name.apply(5));
      case 7 -> Edit.delete(LogicalSwitchPort.class, name.apply(20));
      default ->
          Edit.put(
              PortBinding.newBuilder()
                  .setLogicalPort(name.apply(20))
                  .setChassis(name.apply(4))
                  .setInterface(name.apply(8))
                  .build());
    };
  }

  private static Snapshot random(Random random, int transactions) {
    var rows = new Rows();
    for (int i = 0; i < transactions; i++) {
      var operations = new ArrayList<Operation>();
      for (int j = random.nextInt(4); j >= 0; j--) {
        operations.add(operation(random));
      }
      rows.apply(
          Edit.transaction(operations).toBuilder()
              .setObservation(random.nextBoolean())
              .setRequestId(random.nextBoolean() ? "request " + i : "")
              .build());
    }
    return rows.snapshot;
  }

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void savedAndLoadedIsEqualAndGoesOnEqually(long seed) throws IOException {
    var random = new Random(seed);
    var snapshot = random(random, 100);
    assertTrue(snapshot.revision() > 0);
    var loaded = load(save(snapshot));
    assertSame(snapshot, loaded);
    for (int i = 0; i < 20; i++) {
      var transaction =
          Edit.observation(operation(random), operation(random)).toBuilder()
              .setRequestId("later " + i)
              .build();
      var one = StateMachine.apply(snapshot, transaction);
      var other = StateMachine.apply(loaded, transaction);
      assertEquals(one.outcome(), other.outcome());
      assertEquals(one.changes(), other.changes());
      snapshot = one.snapshot();
      loaded = other.snapshot();
    }
    assertSame(snapshot, loaded);
  }

  /** Indexes and pools, kept up with every commit, say what the rows themselves say. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsKeptBesideTheRowsFollowsFromThem(long seed) throws IOException {
    var snapshot = random(new Random(seed), 150);
    for (var entry : snapshot.allIndexes().entrySet()) {
      var key = entry.getKey();
      assertTrue(!entry.getValue().isEmpty());
      for (var uuid : entry.getValue()) {
        var row = snapshot.row(key.kind(), uuid).orElseThrow();
        assertTrue(row.kind().indexKeys(key.index(), row.value()).contains(key));
      }
    }
    var loaded = load(save(snapshot));
    assertEquals(loaded.allIndexes(), snapshot.allIndexes());
    assertEquals(loaded.addresses, snapshot.addresses);
    snapshot.pools.forEach(
        (name, pool) -> assertEquals(loaded.pools.get(name).used(), pool.used(), name));
  }

  @Test
  void theEmptySnapshot() throws IOException {
    assertSame(Snapshot.empty(), load(save(Snapshot.empty())));
  }

  @Test
  void everyCutIsRefused() {
    var bytes = save(random(new Random(1), 20));
    for (int length = 0; length < bytes.length; length++) {
      var cut = Arrays.copyOf(bytes, length);
      assertThrows(IOException.class, () -> load(cut), () -> cut.length + " bytes");
    }
  }

  @Test
  void everyChangedByteIsRefused() {
    var bytes = save(random(new Random(2), 20));
    for (int i = 0; i < bytes.length; i++) {
      for (int change : new int[] {1, 0x55, 0x80, 0xff}) {
        var changed = bytes.clone();
        changed[i] ^= (byte) change;
        int at = i;
        assertThrows(IOException.class, () -> load(changed), () -> "byte " + at);
      }
    }
  }

  @Test
  void anotherFormatIsSaidSo() {
    var bytes = save(Snapshot.empty());
    bytes[7] = 99;
    var refused = assertThrows(IOException.class, () -> load(bytes));
    assertTrue(refused.getMessage().contains("99"), refused.getMessage());
    assertThrows(IOException.class, () -> load(new byte[100]));
  }
}
