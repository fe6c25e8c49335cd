package io.heddle.engine;

import io.heddle.model.IndexKey;
import io.heddle.model.Kind;
import io.heddle.model.Place;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** All cells there are, and the running of queries over them. */
final class Graph implements Reads {
  // What a record of Java has of itself to compare and to hash it took a third of a compilation, as
  // keys are looked up all the time.

  /** What is asked of a relation. */
  enum Asked {
    VALUES,
    FIRST,
    COUNTS
  }

  record RelationKey(Relation<?, ?> relation, Asked asked, Object key) {
    @Override
    public boolean equals(Object other) {
      return other instanceof RelationKey of
          && relation == of.relation
          && asked == of.asked
          && key.equals(of.key);
    }

    @Override
    public int hashCode() {
      return (relation.hashCode() * 31 + asked.ordinal()) * 31 + key.hashCode();
    }
  }

  record PartKey(Partition<?> partition, Object node) {}

  record MembersKey(Partition<?> partition, Object node) {}

  /** Up to so many reads are searched faster than they are hashed. */
  private static final int FEW = 24;

  private final Cells cells = new Cells();
  private final Map<Relation<?, ?>, Related> related = new HashMap<>();
  private final Map<Partition<?>, Parted<?>> parted = new HashMap<>();

  /** Those of each kind that were ever read, by their names: in the others nobody is concerned. */
  private final Map<Kind, Set<String>> indexesRead = new HashMap<>();

  private final List<Cell> orphans = new ArrayList<>();
  private Snapshot snapshot = Snapshot.empty();

  /**
   * What the queries that are running have read so far, the innermost one's last. A cell may stand
   * there repeatedly.
   */
  private Cell[] reading = new Cell[FEW];

  private int readSoFar;

  private long queriesRun;
  private Consumer<Query<?>> observer = query -> {};

  long queriesRun() {
    return queriesRun;
  }

  int size() {
    return cells.size();
  }

  void observe(Consumer<Query<?>> queries) {
    observer = queries;
  }

  void moveTo(Snapshot next) {
    snapshot = next;
  }

  void add(Relation<?, ?> relation, Related values) {
    related.put(relation, values);
  }

  void add(Partition<?> partition, Parted<?> parts) {
    parted.put(partition, parts);
  }

  /** Makes room for so many cells at once. */
  void expect(int more) {
    cells.expect(more);
  }

  void touch(Object key) {
    cells.find(key).ifPresent(Cell::touch);
  }

  Set<String> indexesRead(Kind kind) {
    return indexesRead.getOrDefault(kind, Set.of());
  }

  Memo memo(Query<?> query) {
    return (Memo) cells.get(query, Memo::new);
  }

  /** A root that is no longer one is dropped unless somebody reads it. */
  void release(Memo root) {
    root.ceaseToBeRoot();
    if (root.unread()) {
      orphans.add(root);
    }
  }

  /** Makes the memo's answer hold. */
  void validate(Memo memo) {
    if (memo.state() == Memo.State.SUSPECT) {
      for (var read : memo.reads()) {
        if (read instanceof Memo below && below.state() != Memo.State.CLEAN) {
          validate(below);
          if (memo.state() == Memo.State.DIRTY) {
            break;
          }
        }
      }
      if (memo.state() == Memo.State.SUSPECT) {
        memo.clean();
      }
    }
    if (memo.state() != Memo.State.CLEAN) {
      run(memo);
    }
  }

  private void run(Memo memo) {
    memo.running();
    queriesRun++;
    observer.accept(memo.query());
    int first = readSoFar;
    boolean answered = false;
    try {
      Object answer = memo.query().answer(this);
      memo.answered(answer, distinct(first), orphans);
      answered = true;
    } finally {
      Arrays.fill(reading, first, readSoFar, null);
      readSoFar = first;
      if (!answered) {
        memo.failed();
      }
    }
  }

  /** What the innermost query has read, each once. */
  private Cell[] distinct(int first) {
    if (readSoFar - first > FEW) {
      var all = Arrays.asList(reading).subList(first, readSoFar);
      return new LinkedHashSet<>(all).toArray(new Cell[0]);
    }
    int end = first;
    for (int i = first; i < readSoFar; i++) {
      var cell = reading[i];
      reading[end] = cell;
      int same = first;
      while (reading[same] != cell) {
        same++;
      }
      end = Math.max(end, same + 1);
    }
    return Arrays.copyOfRange(reading, first, end);
  }

  /** Drops what nobody reads any more. */
  void sweep() {
    while (!orphans.isEmpty()) {
      var cell = orphans.remove(orphans.size() - 1);
      if (!cell.unread() || cell instanceof Memo memo && memo.root()) {
        continue;
      }
      cells.remove(cell.key());
      if (cell instanceof Memo memo) {
        memo.forget(orphans);
      }
    }
  }

  private void read(Object key) {
    read(cells.get(key, Cell::new));
  }

  private void read(Cell cell) {
    if (readSoFar == reading.length) {
      reading = Arrays.copyOf(reading, 2 * readSoFar);
    }
    reading[readSoFar++] = cell;
  }

  @Override
  public Optional<Row> row(Kind kind, UUID uuid) {
    read(new Place(kind, uuid));
    return snapshot.row(kind, uuid);
  }

  @Override
  public Set<UUID> index(IndexKey key) {
    indexesRead.computeIfAbsent(key.kind(), k -> new HashSet<>(4)).add(key.index());
    read(key);
    return snapshot.index(key);
  }

  @Override
  public Set<UUID> all(Kind kind) {
    read(kind);
    return snapshot.rows(kind).keySet();
  }

  @Override
  public <V> V ask(Query<V> query) {
    var memo = memo(query);
    read(memo);
    validate(memo);
    @SuppressWarnings("unchecked")
    var answer = (V) memo.held();
    return answer;
  }

  @Override
  public <K, V> Set<V> related(Relation<K, V> relation, K key) {
    read(new RelationKey(relation, Asked.VALUES, key));
    @SuppressWarnings("unchecked")
    var found = (Set<V>) settled(relation).of(key);
    return found;
  }

  @Override
  public <K, V> Optional<V> first(Relation<K, V> relation, K key) {
    read(new RelationKey(relation, Asked.FIRST, key));
    @SuppressWarnings("unchecked")
    var found = (Optional<V>) settled(relation).first(key);
    return found;
  }

  @Override
  public <K, V> Map<V, Integer> counts(Relation<K, V> relation, K key) {
    read(new RelationKey(relation, Asked.COUNTS, key));
    @SuppressWarnings("unchecked")
    var found = (Map<V, Integer>) settled(relation).counts(key);
    return found;
  }

  private Related settled(Relation<?, ?> relation) {
    var values = related.get(relation);
    if (values == null || !values.settled()) {
      throw new IllegalStateException(relation + " is read before it is settled");
    }
    return values;
  }

  @Override
  public <N extends Comparable<N>> N part(Partition<N> partition, N node) {
    read(new PartKey(partition, node));
    return parted(partition).of(node);
  }

  @Override
  public <N extends Comparable<N>> Set<N> members(Partition<N> partition, N node) {
    read(new MembersKey(partition, node));
    return parted(partition).members(node);
  }

  @SuppressWarnings("unchecked")
  private <N extends Comparable<N>> Parted<N> parted(Partition<N> partition) {
    partition.links().forEach(this::settled);
    return (Parted<N>) parted.get(partition);
  }
}
