package io.heddle.northbound.ovsdb;

import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.Interpreter;
import io.heddle.model.relation.MemoryTables;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.Result;
import io.heddle.model.relation.RowChange;
import io.heddle.v1.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** The interpreter on rows in memory. */
final class MemoryDatabase implements Database {
  private final DatabaseSchema schema;
  private final Interpreter interpreter;
  private final RecentCommits commits;

  /** All of them, by the revision before. */
  private final Map<Long, Commit> past = new ConcurrentHashMap<>();

  private final Executor telling;
  private MemoryTables tables;
  private long revision;

  MemoryDatabase(DatabaseSchema schema, int remembered) {
    this(schema, remembered, Runnable::run);
  }

  /**
   * @param telling tells of commits, maybe later than their clients are answered
   */
  MemoryDatabase(DatabaseSchema schema, int remembered, Executor telling) {
    this.schema = schema;
    this.telling = telling;
    this.interpreter = new Interpreter(schema);
    this.tables = MemoryTables.empty(schema);
    this.commits = new RecentCommits(remembered, new View(0, tables));
  }

  @Override
  public DatabaseSchema schema() {
    return schema;
  }

  @Override
  public RecentCommits commits() {
    return commits;
  }

  @Override
  public Optional<List<RowChange>> between(long revision, View to) {
    var missed = new ArrayList<Commit>();
    long reached = revision;
    while (reached < to.revision()) {
      var next = past.get(reached);
      if (next == null) {
        return Optional.empty();
      }
      missed.add(next);
      reached = next.revision();
    }
    return reached == to.revision() ? Optional.of(MergedChanges.of(missed)) : Optional.empty();
  }

  @Override
  public UUID id(long revision) {
    return new UUID(1, revision);
  }

  @Override
  public OptionalLong revision(UUID id) {
    return id.getMostSignificantBits() == 1
        ? OptionalLong.of(id.getLeastSignificantBits())
        : OptionalLong.empty();
  }

  CompletableFuture<Answer> transact(List<Operation> operations) {
    return transact(operations, Origin.getDefaultInstance(), Runnable::run);
  }

  @Override
  public synchronized CompletableFuture<Answer> transact(
      List<Operation> operations, Origin origin, Executor answering) {
    var execution = interpreter.execute(tables, operations);
    if (!execution.changes().isEmpty()) {
      tables = tables.after(execution.changes());
      var after = tables;
      var changes = execution.changes().stream().map(c -> after(after, c)).toList();
      var changed = changes.stream().map(RowChange::table).collect(Collectors.toSet());
      var commit = Commit.of(new View(++revision, after), changed, () -> changes);
      past.put(commit.revision() - 1, commit);
      telling.execute(() -> commits.append(commit));
    }
    return CompletableFuture.completedFuture(new Answer(revision, execution.results()));
  }

  /** The interpreter does not know the versions that rows get. */
  private static RowChange after(MemoryTables tables, RowChange change) {
    Optional<OvsdbRow> after =
        change.after().flatMap(row -> tables.row(change.table(), row.uuid()));
    return new RowChange(change.table(), change.uuid(), change.before(), after, change.columns());
  }

  @Override
  public List<Result> attempt(List<Operation> operations) {
    return interpreter.execute(view().tables(), operations).results();
  }
}
