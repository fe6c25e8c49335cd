package io.heddle.northbound.ovsdb;

import com.google.common.base.Throwables;
import io.heddle.model.Change;
import io.heddle.model.Membership;
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
import io.heddle.v1.Origin;
import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** The store as OVN's northbound database. */
final class StoreDatabase implements Database, AutoCloseable {
  private static final DatabaseSchema SCHEMA = OvnSchema.database();

  /** What OVN's own file of the schema says. */
  private static final String CHECKSUM = "94023179 33468";

  private final Store store;
  private final Membership membership;
  private final Interpreter interpreter = new Interpreter(SCHEMA);
  private final Store.Subscription subscription;
  private final RecentCommits commits;
  private Snapshot newest;

  StoreDatabase(Store store, Membership membership, OvsdbLimits limits) {
    this.store = store;
    this.membership = membership;
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
    commits.append(
        Commit.of(
            view(after), OvnChanges.tables(changes), () -> OvnChanges.of(before, after, changes)));
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
  public RecentCommits commits() {
    return commits;
  }

  @Override
  public Optional<List<RowChange>> between(long revision, View to) {
    var after = ((OvnTables) to.tables()).snapshot();
    return store
        .lastCommits()
        .between(revision, to.revision())
        .map(changes -> OvnChanges.of(after.undo(revision, changes), after, changes));
  }

  /** Half of the cluster's id, and the revision. */
  @Override
  public UUID id(long revision) {
    return new UUID(membership.cluster().getMostSignificantBits(), revision);
  }

  @Override
  public OptionalLong revision(UUID id) {
    return id.getMostSignificantBits() == membership.cluster().getMostSignificantBits()
        ? OptionalLong.of(id.getLeastSignificantBits())
        : OptionalLong.empty();
  }

  @Override
  public CompletableFuture<Answer> transact(
      List<Operation> operations, Origin origin, Executor answering) {
    var transaction =
        Transaction.newBuilder().setOvsdb(OperationMessages.write(operations)).setOrigin(origin);
    return store
        .commit(transaction.build(), answering)
        .thenApply(outcome -> answer(outcome, operations))
        .exceptionally(failure -> busy(failure, operations));
  }

  /**
   * What was not even begun is an answer like others. Only where nobody leads, whoever is connected
   * is to look for another member.
   */
  private Answer busy(Throwable failure, List<Operation> operations) {
    if (Throwables.getRootCause(failure) instanceof Store.UnavailableException busy
        && busy.untouched()
        && membership.view().leader().isPresent()) {
      return refused(busy.getMessage(), operations);
    }
    throw new CompletionException(failure);
  }

  private Answer answer(Outcome outcome, List<Operation> operations) {
    if (outcome instanceof Outcome.Executed executed) {
      return new Answer(executed.revision(), executed.results());
    } else if (outcome instanceof Outcome.Refused refused) {
      return refused(refused.violations().get(0).message(), operations);
    }
    throw new IllegalStateException("no outcome of an OVSDB transaction: " + outcome);
  }

  private Answer refused(String why, List<Operation> operations) {
    var results = new ArrayList<Result>();
    results.add(new Result.Failed(OvsdbError.of(OvsdbError.RESOURCES_EXHAUSTED, why)));
    while (results.size() < operations.size()) {
      results.add(new Result.Skipped());
    }
    return new Answer(view().revision(), results);
  }

  @Override
  public List<Result> attempt(List<Operation> operations) {
    return interpreter.execute(view().tables(), operations).results();
  }

  @Override
  public void close() {
    subscription.close();
  }
}
