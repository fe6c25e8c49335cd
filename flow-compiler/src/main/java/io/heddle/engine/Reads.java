package io.heddle.engine;

import com.google.protobuf.Message;
import io.heddle.model.IndexKey;
import io.heddle.model.Kind;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * All that a query may look at. Each read is remembered, absence and emptiness included, and the
 * query runs again when what it read is no longer so.
 */
public interface Reads {
  Optional<Row> row(Kind kind, UUID uuid);

  Set<UUID> index(IndexKey key);

  /** The UUIDs of all rows of a kind. */
  Set<UUID> all(Kind kind);

  <V> V ask(Query<V> query);

  /** The values that a relation has for a key. */
  <K, V> Set<V> related(Relation<K, V> relation, K key);

  /**
   * The first of the values that a relation in order has for a key. Those that come and go behind
   * it are nobody's concern, so it costs the same however many there are.
   */
  <K, V> Optional<V> first(Relation<K, V> relation, K key);

  /** The values that a relation has for a key, each with the number of rows that contribute it. */
  <K, V> Map<V, Integer> counts(Relation<K, V> relation, K key);

  /** The least member of the part that a node is in, itself if it has no links. */
  <N extends Comparable<N>> N part(Partition<N> partition, N node);

  /** All members of the part that a node is in. */
  <N extends Comparable<N>> Set<N> members(Partition<N> partition, N node);

  default <T extends Message> Optional<T> get(Class<T> type, UUID uuid) {
    return row(Schema.rows().kind(type), uuid).map(r -> r.as(type));
  }

  default Optional<Row> row(Class<? extends Message> type, UUID uuid) {
    return row(Schema.rows().kind(type), uuid);
  }

  /** A row that a reference names: the store never holds a reference to nothing. */
  default <T extends Message> T require(Class<T> type, String uuid) {
    return get(type, UUID.fromString(uuid)).orElseThrow();
  }

  default Set<UUID> index(Class<? extends Message> type, String index, String value) {
    return index(new IndexKey(Schema.rows().kind(type), index, value));
  }

  default Set<UUID> all(Class<? extends Message> type) {
    return all(Schema.rows().kind(type));
  }
}
