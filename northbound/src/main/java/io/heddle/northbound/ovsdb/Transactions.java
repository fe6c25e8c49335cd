package io.heddle.northbound.ovsdb;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonWriter;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OvsdbError;
import io.heddle.model.relation.Result;
import io.heddle.northbound.ovsdb.Database.Answer;
import io.heddle.northbound.ovsdb.Message.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The transactions of one client that are not answered yet: on their way through the store or,
 * where a "wait" is not met, until it is or its time is over.
 */
final class Transactions {
  private final Session session;
  private final Session.Client client;
  private final OvsdbLimits limits;
  private final Map<JsonElement, Pending> pending = new HashMap<>();

  Transactions(Session session, Session.Client client, OvsdbLimits limits) {
    this.session = session;
    this.client = client;
    this.limits = limits;
  }

  void begin(Request request, Database database) throws FaultException {
    if (pending.containsKey(request.id())) {
      throw FaultException.syntax(request.params(), "transact: duplicate request ID");
    }
    var reader = new OperationReader(database.schema(), session::owns, UUID::randomUUID);
    var asked = reader.operations(request.params());
    var operations = ReadOnly.of(client.visitor(), asked);
    var transaction = new Pending(request, database, operations, operations.equals(asked));
    pending.put(request.id(), transaction);
    transaction.commit();
  }

  /** Ends a wait. What is on its way through the store cannot be stopped. */
  void cancel(JsonElement id) {
    var transaction = pending.get(id);
    if (transaction != null && transaction.waiting) {
      pending.remove(id);
      session.send(Message.error(id, new JsonPrimitive("canceled")));
    }
  }

  /** Rows changed, so what waits may be met now. */
  void tryAgain() {
    for (var transaction : List.copyOf(pending.values())) {
      transaction.tryAgain();
    }
  }

  /** How many are on their way through the store. */
  int committing() {
    return (int) pending.values().stream().filter(t -> !t.waiting).count();
  }

  /** How many wait for what others commit. */
  int waiting() {
    return pending.size() - committing();
  }

  /** Nobody wants answers any more. */
  void forget() {
    pending.clear();
  }

  private final class Pending {
    private final Request request;
    private final Database database;
    private final List<Operation> operations;
    private final boolean allowed;
    private final long begun = System.nanoTime();
    private boolean waiting;
    private boolean timed;
    private Answer last = new Answer(0, List.of());

    /**
     * @param allowed false where it is clear that nothing can come of it
     */
    Pending(Request request, Database database, List<Operation> operations, boolean allowed) {
      this.request = request;
      this.allowed = allowed;
      this.database = database;
      this.operations = operations;
    }

    void commit() {
      waiting = false;
      transacted().whenComplete((answer, failure) -> client.execute(() -> done(answer, failure)));
    }

    private CompletableFuture<Answer> transacted() {
      if (allowed) {
        return database.transact(operations, client.visitor().origin(), client);
      }
      long revision = database.view().revision();
      return CompletableFuture.completedFuture(new Answer(revision, database.attempt(operations)));
    }

    private void done(Answer answer, Throwable failure) {
      if (!isPending()) {
        return;
      }
      if (failure != null) {
        client.close("nobody knows what became of a transaction: " + failure);
        return;
      }
      last = answer;
      var unmet = answer.results().stream().filter(Result.Unmet.class::isInstance).findFirst();
      if (unmet.isPresent()) {
        await(((Result.Unmet) unmet.get()).timeout());
      } else {
        answer(answer.results());
      }
    }

    private boolean isPending() {
      return pending.get(request.id()) == this;
    }

    private void await(OptionalLong timeout) {
      long elapsed = elapsed();
      if (timeout.isPresent() && timeout.getAsLong() <= elapsed) {
        answer(timedOut(timeout.getAsLong() == 0 ? 0 : elapsed));
      } else if (waiting() >= limits.waits()) {
        var failed =
            new Result.Failed(
                OvsdbError.of(
                    OvsdbError.RESOURCES_EXHAUSTED, "the limit waits of " + limits.waits()));
        answer(replaced(failed));
      } else {
        waiting = true;
        session.awaitCommits();
        if (timeout.isPresent() && !timed) {
          timed = true;
          client.runAfter(timeout.getAsLong() - elapsed, this::timeIsOver);
        }
        if (database.view().revision() > last.revision()) {
          tryAgain();
        }
      }
    }

    private long elapsed() {
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    private void timeIsOver() {
      if (isPending()) {
        if (waiting) {
          // It may be met at this very moment.
          commit();
        } else {
          timed = false;
        }
      }
    }

    /** Only what looks like it would be met goes through the store again. */
    void tryAgain() {
      if (waiting
          && database.attempt(operations).stream().noneMatch(Result.Unmet.class::isInstance)) {
        commit();
      }
    }

    private List<Result> timedOut(long elapsed) {
      return last.results().stream()
          .map(r -> r instanceof Result.Unmet unmet ? unmet.timedOut(elapsed) : r)
          .toList();
    }

    private List<Result> replaced(Result with) {
      return last.results().stream().map(r -> r instanceof Result.Unmet ? with : r).toList();
    }

    private void answer(List<Result> results) {
      pending.remove(request.id());
      session.send(database, last.revision(), text(results));
    }

    private Iterator<byte[]> text(List<Result> results) {
      var parts = new ArrayList<Chunks.Part>();
      parts.add(
          to -> {
            to.beginObject().name("id");
            Json.write(request.id(), to, false);
            to.name("error").nullValue().name("result").beginArray();
          });
      results.forEach(result -> parts.addAll(parts(result)));
      parts.add(to -> to.endArray().endObject());
      return new Chunks(parts.iterator());
    }
  }

  private static List<Chunks.Part> parts(Result result) {
    if (!(result instanceof Result.Selected selected)) {
      return List.of(to -> write(result, to));
    }
    var parts = new ArrayList<Chunks.Part>();
    parts.add(to -> to.beginObject().name("rows").beginArray());
    for (var row : selected.rows()) {
      parts.add(
          to -> {
            to.beginObject();
            for (var column : row) {
              to.name(column._1);
              new DatumWriter(to).write(column._2);
            }
            to.endObject();
          });
    }
    parts.add(to -> to.endArray().endObject());
    return parts;
  }

  private static void write(Result result, JsonWriter to) throws IOException {
    if (result instanceof Result.Failed failed) {
      Json.write(FaultException.json(failed.error()), to, false);
    } else if (result instanceof Result.Skipped) {
      to.nullValue();
    } else {
      to.beginObject();
      if (result instanceof Result.Inserted inserted) {
        to.name("uuid");
        new DatumWriter(to).uuid(inserted.uuid());
      } else if (result instanceof Result.Counted counted) {
        to.name("count").value(counted.rows());
      }
      to.endObject();
    }
  }
}
