package io.heddle.model;

import com.google.protobuf.CodedInputStream;
import io.heddle.v1.AllocationCursor;
import io.heddle.v1.SnapshotRecord;
import io.heddle.v1.StoredReceipt;
import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

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
        snapshot.allRows().values().map(m -> (long) m.size()).sum().longValue()
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
    for (var pool : snapshot.pools) {
      SnapshotRecord.newBuilder()
          .setCursor(AllocationCursor.newBuilder().setPool(pool._1).setLast(pool._2.last()))
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
    private final java.util.Map<String, Integer> cursors = new LinkedHashMap<>();
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
          sound.rows(AddressBook.GLOBAL).values().headOption().toJavaOptional(),
          sound.rows(AddressBook.SWITCHES).values(),
          sound.rows(AddressBook.PORTS).values(),
          name ->
              sound
                  .named(AddressBook.ROUTER_PORTS, name)
                  .headOption()
                  .toJavaOptional()
                  .flatMap(uuid -> sound.row(AddressBook.ROUTER_PORTS, uuid)));
    }

    private Map<Kind, Map<UUID, Row>> byKind() {
      var byKind = new LinkedHashMap<Kind, Map<UUID, Row>>();
      for (var row : rows) {
        var before = byKind.getOrDefault(row.kind(), HashMap.empty());
        byKind.put(row.kind(), before.put(row.uuid(), row));
      }
      return HashMap.ofAll(byKind);
    }

    private Unsound unsound() {
      var unsound = Unsound.NONE;
      for (var row : rows) {
        unsound = unsound.with(row, Rules.faults(row.kind(), row.value()));
      }
      return unsound;
    }

    private Map<IndexKey, Set<UUID>> indexes() {
      var indexes = new java.util.HashMap<IndexKey, Set<UUID>>();
      for (var row : rows) {
        var kind = row.kind();
        for (var index : kind.indexes()) {
          for (var key : kind.indexKeys(index, row.value())) {
            var before = indexes.putIfAbsent(key, HashSet.of(row.uuid()));
            if (before != null) {
              indexes.put(key, before.add(row.uuid()));
            }
          }
        }
      }
      return HashMap.ofAll(indexes);
    }

    private Map<String, Pool> pools() {
      var pools = new java.util.HashMap<String, Pool>();
      cursors.forEach((name, last) -> pools.put(name, new Pool(HashMap.empty(), last)));
      for (var row : rows) {
        for (var column : row.kind().allocated()) {
          var name = Numbers.pool(row.kind(), column.allocated().orElseThrow(), row.value());
          int number = (Integer) column.value(row.value());
          var pool = pools.getOrDefault(name, Pool.EMPTY);
          pools.put(name, pool.take(number, row.uuid()));
        }
      }
      return HashMap.ofAll(pools);
    }
  }
}
