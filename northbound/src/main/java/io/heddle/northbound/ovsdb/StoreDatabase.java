package io.heddle.northbound.ovsdb;

import io.heddle.model.Change;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.model.ovn.OvnChanges;
import io.heddle.model.ovn.OvnSchema;
import io.heddle.model.ovn.OvnTables;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.Interpreter;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OperationMessages;
import io.heddle.model.relation.OvsdbError;
import io.heddle.model.relation.Result;
import io.heddle.model.relation.RowChange;
import io.heddle.v1.NbGlobal;
import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The store as OVN's northbound database. */
final class StoreDatabase implements Database, AutoCloseable {
  private static final DatabaseSchema SCHEMA = OvnSchema.database();

  /** What OVN's own file of the schema says. */
  private static final String CHECKSUM = "94023179 33468";

  private final Store store;
  private final Interpreter interpreter = new Interpreter(SCHEMA);
  private final Store.Subscription subscription;
  private final RecentCommits commits;
  private Snapshot newest;

  StoreDatabase(Store store, OvsdbLimits limits) {
    this.store = store;
    synchronized (this) {
      // Nobody is told of a commit before there is somebody to remember it.
      this.subscription = store.subscribe(this::committed);
      this.newest = subscription.from();
      this.commits = new RecentCommits(limits.commits(), view(newest));
    }
  }

  private static View view(Snapshot snapshot) {
    return new View(snapshot.revision(), new OvnTables(snapshot));
  }

  private synchronized void committed(Snapshot after, List<Change> changes) {
    var before = newest;
    newest = after;
    commits.append(Commit.of(view(after), () -> OvnChanges.of(before, after, changes)));
  }

  @Override
  public DatabaseSchema schema() {
    return SCHEMA;
  }

  @Override
  public Optional<String> checksum() {
    return Optional.of(CHECKSUM);
  }

  @Override
  public View view() {
    return commits.newest();
  }

  @Override
  public Optional<Commit> after(long revision) {
    return commits.after(revision);
  }

  @Override
  public boolean reaches(long revision) {
    return commits.reaches(revision);
  }

  @Override
  public Optional<List<RowChange>> between(long revision, View to) {
    var after = ((OvnTables) to.tables()).snapshot();
    return store
        .lastCommits()
        .between(revision, to.revision())
        .map(changes -> OvnChanges.of(after.undo(revision, changes), after, changes));
  }

  /**
   * The revision, and half of the UUID of the one row of NB_Global: revisions of another store that
   * was here before are not taken for this one's. Without such a row there are no ids.
   */
  @Override
  public UUID id(long revision) {
    return cluster()
        .map(id -> new UUID(id.getMostSignificantBits(), revision))
        .orElse(new UUID(0, 0));
  }

  @Override
  public OptionalLong revision(UUID id) {
    return cluster()
            .filter(c -> c.getMostSignificantBits() == id.getMostSignificantBits())
            .isPresent()
        ? OptionalLong.of(id.getLeastSignificantBits())
        : OptionalLong.empty();
  }

  /** The UUID of the one row of NB_Global, which all members have and no other cluster. */
  @Override
  public Optional<UUID> cluster() {
    return store.snapshot().rows(NbGlobal.class).keySet().headOption().toJavaOptional();
  }

  @Override
  public CompletableFuture<Answer> transact(List<Operation> operations) {
    var transaction = Transaction.newBuilder().setOvsdb(OperationMessages.write(operations));
    return store.commit(transaction.build()).thenApply(outcome -> answer(outcome, operations));
  }

  private Answer answer(Outcome outcome, List<Operation> operations) {
    if (outcome instanceof Outcome.Executed executed) {
      return new Answer(executed.revision(), executed.results());
    } else if (outcome instanceof Outcome.Refused refused) {
      var results = new ArrayList<Result>();
      var why = refused.violations().get(0).message();
      results.add(new Result.Failed(OvsdbError.of(OvsdbError.RESOURCES_EXHAUSTED, why)));
      while (results.size() < operations.size()) {
        results.add(new Result.Skipped());
      }
      return new Answer(view().revision(), results);
    }
    throw new IllegalStateException("no outcome of an OVSDB transaction: " + outcome);
  }

  @Override
  public List<Result> attempt(List<Operation> operations) {
    return interpreter.execute(view().tables(), operations).results();
  }

  @Override
  public Listening listen(Runnable listener) {
    return commits.listen(listener);
  }

  @Override
  public void close() {
    subscription.close();
  }
}
