package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.heddle.v1.Format;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.Transaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;

/** Whatever comes: a transaction is carried out or refused, a file loads or does not. */
class StoreFuzzTest {
  private static final Snapshot POPULATED = populated();

  private static Snapshot populated() {
    var rows = new Rows();
    var ports = "ls0";
    rows.commit(
        Edit.put(
            Rows.sw(ports).toBuilder()
                .putAllOtherConfig(Map.of("subnet", "10.0.0.0/24", "ipv6_prefix", "fd00::"))
                .build()),
        Edit.put(Rows.port("p0", ports).toBuilder().addAddresses("dynamic").build()),
        Edit.put(
            Rows.port("p1", ports).toBuilder().addAddresses("0a:00:00:00:00:01 10.0.0.9").build()),
        Edit.put(LogicalRouter.newBuilder().setName("lr0").build()),
        Edit.put(
            LogicalRouterPort.newBuilder()
                .setName("lrp0")
                .setLogicalRouter("lr0")
                .setMac("0a:00:00:00:01:00")
                .addNetworks("10.0.0.1/24")
                .build()));
    rows.observe(Edit.put(Rows.chassis("host0")));
    return rows.snapshot;
  }

  /** A transaction's bytes, as a client of the API sends them. */
  @FuzzTest(maxDuration = "60s")
  void transaction(byte[] bytes) throws IOException {
    Transaction transaction;
    try {
      transaction = Transaction.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return;
    }
    var before = POPULATED.rows(LogicalRouter.class);
    var applied = Replay.apply(POPULATED, transaction);
    if (applied.outcome() instanceof Outcome.Refused) {
      assertEquals(POPULATED.revision(), applied.snapshot().revision());
    }
    applied.snapshot().sound();
    // Nothing is changed in place.
    assertEquals(before, POPULATED.rows(LogicalRouter.class));
    var saved = new ByteArrayOutputStream();
    SnapshotFile.write(applied.snapshot(), saved);
    var loaded = SnapshotFile.read(new ByteArrayInputStream(saved.toByteArray()));
    for (var kind : Schema.rows().kinds()) {
      assertEquals(applied.snapshot().rows(kind), loaded.rows(kind));
    }
    // The same again: what an apply gives follows from the state and the transaction alone.
    assertEquals(
        applied.outcome().toString(), Replay.apply(POPULATED, transaction).outcome().toString());
  }

  /** A snapshot's records, in a frame that is sound. */
  @FuzzTest(maxDuration = "60s")
  void records(byte[] records) throws IOException {
    var file = new ByteArrayOutputStream();
    var out = new DataOutputStream(file);
    out.writeInt(0x48_45_44_4c);
    out.writeInt(SnapshotFile.FORMAT);
    out.writeLong(7);
    out.writeLong(records.length == 0 ? 0 : records[0]);
    out.write(records, Math.min(1, records.length), Math.max(0, records.length - 1));
    var crc = new CRC32C();
    crc.update(file.toByteArray());
    out.writeLong(crc.getValue());
    load(file.toByteArray());
  }

  /** Any bytes for a snapshot. */
  @FuzzTest(maxDuration = "60s")
  void snapshot(byte[] file) {
    load(file);
  }

  private static void load(byte[] file) {
    try {
      var loaded = SnapshotFile.read(new ByteArrayInputStream(file));
      loaded.sound();
    } catch (IOException refused) {
      assertTrue(refused.getMessage() == null || !refused.getMessage().isEmpty());
    }
  }

  /** Texts that rows may hold: each format says what is wrong, or what it took can be used. */
  @FuzzTest(maxDuration = "60s")
  void formats(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.UTF_8);
    for (var format : Format.values()) {
      var fault = Formats.fault(format, text);
      if (fault.isEmpty() && !text.isEmpty()) {
        use(format, text);
      }
    }
    AddressPlan.of(
        Map.of("subnet", text, "exclude_ips", text, "mac_prefix", text), 0, (f, why) -> {});
    AddressPlan.of(
        Map.of("subnet", "10.0.0.0/24", "ipv6_prefix", text, "exclude_ips", text),
        0,
        (f, why) -> assertInstanceOf(String.class, why));
  }

  private static void use(Format format, String text) {
    switch (format) {
      case PORT_ADDRESSES -> {
        PortAddresses.parse(text);
        PortAddresses.known(text);
      }
      case MAC_ADDRESS -> assertTrue(PortAddresses.macBits(text) >>> 48 == 0);
      case IP_INTERFACE, IP_PREFIX -> Prefix.of(text);
      default -> {}
    }
  }
}
