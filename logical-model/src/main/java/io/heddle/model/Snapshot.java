package io.heddle.model;

import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentMap;

/** The whole network at one revision. Immutable; the next one shares all that did not change. */
public final class Snapshot {
  private static final Snapshot EMPTY =
      new Snapshot(
          0,
          ExtensionsKt.persistentHashMapOf(),
          ExtensionsKt.persistentHashMapOf(),
          ExtensionsKt.persistentHashMapOf(),
          AddressBook.EMPTY,
          Receipts.NONE,
          Unsound.NONE,
          false);

  private final long revision;
  private final PersistentMap<Kind, PersistentMap<UUID, Row>> rows;
  private final PersistentMap<IndexKey, Set<UUID>> indexes;
  final PersistentMap<String, Pool> pools;
  final AddressBook addresses;
  final Receipts receipts;
  final Unsound unsound;

  /** Whether only what is sound is shown. */
  private final boolean sound;

  Snapshot(
      long revision,
      PersistentMap<Kind, PersistentMap<UUID, Row>> rows,
      PersistentMap<IndexKey, Set<UUID>> indexes,
      PersistentMap<String, Pool> pools,
      AddressBook addresses,
      Receipts receipts,
      Unsound unsound) {
    this(revision, rows, indexes, pools, addresses, receipts, unsound, false);
  }

  private Snapshot(
      long revision,
      PersistentMap<Kind, PersistentMap<UUID, Row>> rows,
      PersistentMap<IndexKey, Set<UUID>> indexes,
      PersistentMap<String, Pool> pools,
      AddressBook addresses,
      Receipts receipts,
      Unsound unsound,
      boolean sound) {
    this.revision = revision;
    this.rows = rows;
    this.indexes = indexes;
    this.pools = pools;
    this.addresses = addresses;
    this.receipts = receipts;
    this.unsound = unsound;
    this.sound = sound;
  }

  /**
   * The same without what Heddle cannot work with, though a client that speaks OVSDB may write it:
   * addresses that are none, names that are too long. Whoever carries rows out reads this, and may
   * trust what it reads.
   */
  public Snapshot sound() {
    return sound || unsound.isEmpty()
        ? this
        : new Snapshot(revision, rows, indexes, pools, addresses, receipts, unsound, true);
  }

  /** The same rows at another revision. */
  Snapshot at(long other) {
    return new Snapshot(other, rows, indexes, pools, addresses, receipts, unsound);
  }

  /** The same rows, with other requests that are remembered. */
  Snapshot remembering(Receipts others) {
    return new Snapshot(revision, rows, indexes, pools, addresses, others, unsound);
  }

  public static Snapshot empty() {
    return EMPTY;
  }

  /**
   * What changed as it is seen in the sound part of both snapshots.
   *
   * @param changes all that differs between this snapshot and the later one, in any number of steps
   */
  public List<Change> soundChanges(Snapshot after, List<Change> changes) {
    return SoundStore.changes(this, after, changes);
  }

  public long revision() {
    return revision;
  }

  /**
   * The rows as they were at an earlier revision, to be looked at: numbers and addresses in use are
   * still this one's.
   *
   * @param changes what led from there to here, each row once
   */
  public Snapshot undo(long earlier, List<Change> changes) {
    return Draft.undo(this, earlier, changes);
  }

  /** All rows of a kind, in no particular order; not to be changed. */
  public Map<UUID, Row> rows(Kind kind) {
    var all = allRows(kind);
    return sound ? unsound.rows(kind, all) : all;
  }

  public Map<UUID, Row> rows(Class<? extends Message> type) {
    return rows(Schema.rows().kind(type));
  }

  public Optional<Row> row(Kind kind, UUID uuid) {
    if (sound) {
      var part = unsound.part(kind, uuid);
      if (part.isPresent()) {
        return part.get().sound();
      }
    }
    var ofKind = rows.get(kind);
    return Optional.ofNullable(ofKind == null ? null : ofKind.get(uuid));
  }

  public Optional<Row> row(Class<? extends Message> type, UUID uuid) {
    return row(Schema.rows().kind(type), uuid);
  }

  public <T extends Message> Optional<T> get(Class<T> type, UUID uuid) {
    return row(Schema.rows().kind(type), uuid).map(r -> r.as(type));
  }

  /**
   * The rows whose index columns have that value, in no particular order; not to be changed. See
   * {@link Kind#indexes}.
   */
  public Set<UUID> index(IndexKey key) {
    var all = indexes.getOrDefault(key, Set.of());
    return sound ? unsound.index(key, all) : all;
  }

  public Set<UUID> index(Class<? extends Message> type, String index, String value) {
    return index(new IndexKey(Schema.rows().kind(type), index, value));
  }

  /** The rows with that name: at most one, where the kind's names are unique. */
  public Set<UUID> named(Kind kind, String name) {
    return kind.nameColumn().map(c -> index(new IndexKey(kind, c.name(), name))).orElse(Set.of());
  }

  PersistentMap<Kind, PersistentMap<UUID, Row>> allRows() {
    return rows;
  }

  PersistentMap<UUID, Row> allRows(Kind kind) {
    var ofKind = rows.get(kind);
    return ofKind == null ? ExtensionsKt.persistentHashMapOf() : ofKind;
  }

  PersistentMap<IndexKey, Set<UUID>> allIndexes() {
    return indexes;
  }
}
