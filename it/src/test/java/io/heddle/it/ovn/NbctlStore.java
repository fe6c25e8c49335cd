package io.heddle.it.ovn;

import io.heddle.model.Change;
import io.heddle.model.Edit;
import io.heddle.model.Membership;
import io.heddle.model.MemoryStore;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.northbound.CannotListenException;
import io.heddle.northbound.SettableMembership;
import io.heddle.northbound.ovsdb.OvsdbServer;
import io.heddle.northbound.ovsdb.OvsdbServerSettings;
import io.heddle.v1.Operation;
import io.heddle.v1.Receipt;
import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/**
 * A store in which ovn-nbctl writes all rows of OVN_Northbound's tables; only what hosts would tell
 * goes there straight. For one thread, which listeners are called on.
 */
final class NbctlStore implements Store {
  /** Why ovn-nbctl's everyday commands may refuse what its general ones, and the schema, take. */
  private static final Pattern CAUTION =
      Pattern.compile(
          "port type '\\w+' is unrecognized"
              + "|duplicate IPv4 address .* found"
              + "|Same routing policy already existed"
              + "|Nexthop is required when action is reroute"
              + "|not in the same addr family"
              + "|bad IPv4 nexthop argument"
              + "|duplicate nexthop for the same ECMP route"
              + "|have identical values \\(");

  private record Commit(Snapshot after, List<Change> changes) {}

  private final MemoryStore rows = new MemoryStore();
  private final OvsdbServer door;
  private final Nbctl nbctl;
  private final List<Listener> listeners = new ArrayList<>();
  private final Queue<Commit> untold = new ConcurrentLinkedQueue<>();
  private Snapshot told = rows.snapshot();

  NbctlStore() throws CannotListenException {
    rows.subscribe((after, changes) -> untold.add(new Commit(after, changes)));
    door = door(rows);
    nbctl = new Nbctl(door.address().getPort());
  }

  /** A server of a store's rows, on any port. */
  static OvsdbServer door(Store rows) throws CannotListenException {
    var alone = new SettableMembership(Membership.View.alone("member", 1));
    return OvsdbServer.of(rows, alone, new OvsdbServerSettings("127.0.0.1", 0));
  }

  /** By which all is written here. */
  Nbctl nbctl() {
    return nbctl;
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction) {
    var facts = new ArrayList<Operation>();
    var wishes = new ArrayList<Operation>();
    transaction.getOperationsList().forEach(o -> (NbctlForm.has(o) ? wishes : facts).add(o));
    if (!facts.isEmpty()
        && rows.commit(Edit.observation(facts)).join() instanceof Outcome.Refused refusal) {
      return CompletableFuture.completedFuture(refusal);
    }
    if (!wishes.isEmpty()) {
      write(wishes);
    }
    tell();
    var receipt = Receipt.newBuilder().setRevision(told.revision()).build();
    return CompletableFuture.completedFuture(new Outcome.Committed(receipt));
  }

  private void write(List<Operation> wishes) {
    var everyday = NbctlForm.everyday(told, wishes);
    var answer = nbctl.run(everyday);
    if (answer.status() != 0 && CAUTION.matcher(answer.output()).find()) {
      answer = nbctl.run(NbctlForm.general(told, wishes));
    }
    if (answer.status() != 0) {
      throw new IllegalStateException(everyday + ": " + answer.output());
    }
  }

  private void tell() {
    for (var commit = untold.poll(); commit != null; commit = untold.poll()) {
      told = commit.after();
      for (var listener : listeners) {
        listener.committed(commit.after(), commit.changes());
      }
    }
  }

  @Override
  public Snapshot snapshot() {
    return told;
  }

  @Override
  public Subscription subscribe(Listener listener) {
    var from = told;
    listeners.add(listener);
    return new Subscription() {
      @Override
      public Snapshot from() {
        return from;
      }

      @Override
      public void close() {
        listeners.remove(listener);
      }
    };
  }

  @Override
  public void close() {
    door.close();
    rows.close();
  }
}
