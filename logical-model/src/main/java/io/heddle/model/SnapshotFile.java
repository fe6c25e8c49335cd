package io.heddle.model;

import com.google.protobuf.CodedInputStream;
import io.heddle.model.relation.UuidSets;
import io.heddle.v1.AllocationCursor;
import io.heddle.v1.SnapshotRecord;
import io.heddle.v1.StoredReceipt;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentMap;

/**
 * A snapshot as bytes: magic, format version, revision, number of records, the records, and a
 * CRC-32C (RFC 3720) over all that stands before it. A file that was cut or damaged does not load.
 */
public final class SnapshotFile {
  /** Raised when an older Heddle could no longer read what is written. */
  public static final int FORMAT = 1;

  private static final int MAGIC = 0x48_45_44_4c; // "HEDL"

  private SnapshotFile() {}

  public static void write(Snapshot snapshot, OutputStream to) throws IOException {
    var crc = new CRC32C();
    var out = new DataOutputStream(new CheckedOutputStream(to, crc));
    out.writeInt(MAGIC);
    out.writeInt(FORMAT);
    out.writeLong(snapshot.revision());
    long records =
        snapshot.allRows().values().stream().mapToLong(Map::size).sum()
            + snapshot.receipts.requests().size()
            + snapshot.pools.size();
    out.writeLong(records);
    for (var rows : snapshot.allRows().values()) {
      for (var row : rows.values()) {
        record(row).writeDelimitedTo(out);
      }
    }
    for (var request : snapshot.receipts.requests()) {
      var receipt = snapshot.receipts.of(request).orElseThrow();
      SnapshotRecord.newBuilder()
          .setReceipt(StoredReceipt.newBuilder().setRequestId(request).setReceipt(receipt))
          .build()
          .writeDelimitedTo(out);
    }
    for (var pool : snapshot.pools.entrySet()) {
      SnapshotRecord.newBuilder()
          .setCursor(
              AllocationCursor.newBuilder().setPool(pool.getKey()).setLast(pool.getValue().last()))
          .build()
          .writeDelimitedTo(out);
    }
    out.flush();
    new DataOutputStream(to).writeLong(crc.getValue());
    to.flush();
  }

  private static SnapshotRecord record(Row row) {
    return SnapshotRecord.newBuilder().setRow(StoredRows.of(row)).build();
  }

  /**
   * @throws IOException where the bytes are not a whole snapshot of a format known here
   */
  public static Snapshot read(InputStream from) throws IOException {
    var crc = new CRC32C();
    var in = new DataInputStream(new CheckedInputStream(from, crc));
    if (in.readInt() != MAGIC) {
      throw new IOException("not a snapshot of Heddle");
    }
    int format = in.readInt();
    if (format != FORMAT) {
      throw new IOException("a snapshot of format " + format + "; this Heddle reads " + FORMAT);
    }
    var loading = new Loading();
    long revision = in.readLong();
    long records = in.readLong();
    for (long i = 0; i < records; i++) {
      int first = in.read();
      if (first < 0) {
        throw new IOException("a snapshot that ends after " + i + " of " + records + " records");
      }
      // Not parseDelimitedFrom, which makes a buffer of 4 KB for each.
      int length = CodedInputStream.readRawVarint32(first, in);
      if (length < 0) {
        throw new IOException("a snapshot with a record of impossible length");
      }
      loading.add(SnapshotRecord.parseFrom(in.readNBytes(length)));
    }
    long expected = crc.getValue();
    if (new DataInputStream(from).readLong() != expected) {
      throw new IOException("a snapshot whose checksum is wrong");
    }
    return loading.snapshot(revision);
  }

  /**
   * Indexes and the numbers and addresses in use follow from the rows, so they are not written but
   * made anew.
   */
  private static final class Loading {
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Integer> cursors = new LinkedHashMap<>();
    private Receipts receipts = Receipts.NONE;

    void add(SnapshotRecord record) throws IOException {
      switch (record.getRecordCase()) {
        case ROW -> rows.add(StoredRows.read(record.getRow()));
        case RECEIPT ->
            receipts =
                receipts.with(record.getReceipt().getRequestId(), record.getReceipt().getReceipt());
        case CURSOR -> cursors.put(record.getCursor().getPool(), record.getCursor().getLast());
        case RECORD_NOT_SET -> throw new IOException("a snapshot with an unknown record");
      }
    }

    Snapshot snapshot(long revision) {
      // Half of the work is in the indexes, and all that is read for either half is immutable.
      var indexes = CompletableFuture.supplyAsync(this::indexes);
      var byKind = byKind();
      var unsound = unsound();
      var pools = pools();
      var sound =
          new Snapshot(
                  revision, byKind, indexes.join(), pools, AddressBook.EMPTY, receipts, unsound)
              .sound();
      return new Snapshot(
          revision, byKind, indexes.join(), pools, addresses(sound), receipts, unsound);
    }

    private static AddressBook addresses(Snapshot sound) {
      return AddressBook.of(
          sound.rows(AddressBook.GLOBAL).values().stream().findFirst(),
          sound.rows(AddressBook.SWITCHES).values(),
          sound.rows(AddressBook.PORTS).values(),
          name ->
              sound.named(AddressBook.ROUTER_PORTS, name).stream()
                  .findFirst()
                  .flatMap(uuid -> sound.row(AddressBook.ROUTER_PORTS, uuid)));
    }

    private PersistentMap<Kind, PersistentMap<UUID, Row>> byKind() {
      var byKind = new HashMap<Kind, PersistentMap.Builder<UUID, Row>>();
      for (var row : rows) {
        byKind
            .computeIfAbsent(
                row.kind(), k -> ExtensionsKt.<UUID, Row>persistentHashMapOf().builder())
            .put(row.uuid(), row);
      }
      var all = ExtensionsKt.<Kind, PersistentMap<UUID, Row>>persistentHashMapOf().builder();
      byKind.forEach((kind, ofKind) -> all.put(kind, ofKind.build()));
      return all.build();
    }

    private Unsound unsound() {
      var unsound = Unsound.NONE;
      for (var row : rows) {
        unsound = unsound.with(row, Rules.faults(row.kind(), row.value()));
      }
      return unsound;
    }

    private PersistentMap<IndexKey, Set<UUID>> indexes() {
      var indexes = new HashMap<IndexKey, Set<UUID>>();
      for (var row : rows) {
        var kind = row.kind();
        for (var index : kind.indexes()) {
          for (var key : kind.indexKeys(index, row.value())) {
            var before = indexes.putIfAbsent(key, Set.of(row.uuid()));
            if (before != null) {
              indexes.put(key, UuidSets.with(before, row.uuid()));
            }
          }
        }
      }
      var all = ExtensionsKt.<IndexKey, Set<UUID>>persistentHashMapOf().builder();
      indexes.forEach((key, found) -> all.put(key, UuidSets.built(found)));
      return all.build();
    }

    private PersistentMap<String, Pool> pools() {
      var pools = new HashMap<String, Pool.Draft>();
      cursors.forEach((name, last) -> pool(pools, name).goOnAfter(last));
      for (var row : rows) {
        for (var column : row.kind().allocated()) {
          var name = Numbers.pool(row.kind(), column.allocated().orElseThrow(), row.value());
          pool(pools, name).take((Integer) column.value(row.value()));
        }
      }
      var all = ExtensionsKt.<String, Pool>persistentHashMapOf().builder();
      pools.forEach((name, pool) -> all.put(name, pool.seal()));
      return all.build();
    }

    private static Pool.Draft pool(Map<String, Pool.Draft> pools, String name) {
      return pools.computeIfAbsent(name, n -> Pool.EMPTY.edit());
    }
  }
}
