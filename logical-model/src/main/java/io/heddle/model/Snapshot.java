package io.heddle.model;

import com.google.protobuf.Message;
import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;
import java.util.Optional;
import java.util.UUID;

/** The whole network at one revision. Immutable; the next one shares all that did not change. */
public final class Snapshot {
  private static final Snapshot EMPTY =
      new Snapshot(
          0, HashMap.empty(), HashMap.empty(), HashMap.empty(), AddressBook.EMPTY, Receipts.NONE);

  private final long revision;
  private final Map<Kind, Map<UUID, Row>> rows;
  private final Map<IndexKey, Set<UUID>> indexes;
  final Map<String, Pool> pools;
  final AddressBook addresses;
  final Receipts receipts;

  Snapshot(
      long revision,
      Map<Kind, Map<UUID, Row>> rows,
      Map<IndexKey, Set<UUID>> indexes,
      Map<String, Pool> pools,
      AddressBook addresses,
      Receipts receipts) {
    this.revision = revision;
    this.rows = rows;
    this.indexes = indexes;
    this.pools = pools;
    this.addresses = addresses;
    this.receipts = receipts;
  }

  public static Snapshot empty() {
    return EMPTY;
  }

  public long revision() {
    return revision;
  }

  public Map<UUID, Row> rows(Kind kind) {
    return rows.getOrElse(kind, HashMap.empty());
  }

  public Map<UUID, Row> rows(Class<? extends Message> type) {
    return rows(Schema.rows().kind(type));
  }

  public Optional<Row> row(Kind kind, UUID uuid) {
    return rows(kind).get(uuid).toJavaOptional();
  }

  public Optional<Row> row(Class<? extends Message> type, UUID uuid) {
    return row(Schema.rows().kind(type), uuid);
  }

  public <T extends Message> Optional<T> get(Class<T> type, UUID uuid) {
    return row(Schema.rows().kind(type), uuid).map(r -> r.as(type));
  }

  /** The rows whose index columns have that value; see {@link Kind#indexes}. */
  public Set<UUID> index(IndexKey key) {
    return indexes.getOrElse(key, HashSet.empty());
  }

  public Set<UUID> index(Class<? extends Message> type, String index, String value) {
    return index(new IndexKey(Schema.rows().kind(type), index, value));
  }

  /** The rows with that name: at most one, where the kind's names are unique. */
  public Set<UUID> named(Kind kind, String name) {
    return kind.nameColumn()
        .map(c -> index(new IndexKey(kind, c.name(), name)))
        .orElse(HashSet.empty());
  }

  Map<Kind, Map<UUID, Row>> allRows() {
    return rows;
  }

  Map<IndexKey, Set<UUID>> allIndexes() {
    return indexes;
  }
}
