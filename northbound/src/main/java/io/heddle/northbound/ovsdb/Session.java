package io.heddle.northbound.ovsdb;

import com.google.common.collect.Iterators;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.heddle.model.relation.OvsdbError;
import io.heddle.northbound.access.Role;
import io.heddle.northbound.access.Visitor;
import io.heddle.northbound.ovsdb.Database.Commit;
import io.heddle.northbound.ovsdb.Message.Notification;
import io.heddle.northbound.ovsdb.Message.Request;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * One client. All its methods but {@link #signal} and {@link #stolen} are called by one thread, the
 * client's own.
 *
 * <p>What is to be sent is made only when the client has taken what was sent before, so a slow one
 * costs no more than a fast one: its answers wait, it falls behind the newest commit, and its
 * requests are not read.
 */
final class Session {
  /** Somebody at the other end of a connection. What it is to run, its thread runs soon. */
  interface Client extends Executor {
    /** Who it is; asked only when it has sent something. */
    Visitor visitor();

    /** Whether it has taken enough of what was sent before. */
    boolean isReady();

    void send(byte[] bytes);

    /** All that was sent may go now. */
    void flush();

    /** Whether further requests of it are wanted. */
    void reading(boolean wanted);

    void close(String why);

    void runAfter(long milliseconds, Runnable task);
  }

  /**
   * An answer that waits to be sent.
   *
   * @param told what the client must have been told of before
   * @param text made when it is its turn
   */
  private record Answer(Optional<Reached> told, Supplier<Iterator<byte[]>> text) {}

  private record Reached(Database database, long revision) {}

  /** What is asked for, or why it is refused. */
  private interface Text {
    Iterator<byte[]> make() throws FaultException;
  }

  /** Commits that a client sleeps through at most, for so long they are remembered for it. */
  private static final int SLEEP = 100;

  /** As ovsdb-server says it to who may only read. */
  private static final JsonPrimitive LOCKS_REFUSED =
      new JsonPrimitive("lock and unlock methods not allowed, DB server is read only.");

  private final Client client;
  private final Server server;
  private final Monitors monitors;
  private final Transactions transactions;
  private final Set<String> locks = new HashSet<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final AtomicBoolean signalled = new AtomicBoolean();

  /** Commits of which this was not told since it last was. */
  private final AtomicInteger slept = new AtomicInteger();

  /**
   * Whether something here waits for a commit. Set before it is looked at, so that none is missed
   * meanwhile.
   */
  private volatile boolean waits;

  private Iterator<byte[]> sending = Collections.emptyIterator();
  private boolean admitted;
  private boolean closed;

  /** What all sessions share. */
  record Server(
      Databases databases,
      Locks<Session> locks,
      SharedUpdates updates,
      SharedContents contents,
      OvsdbLimits limits) {}

  Session(Client client, Server server) {
    this.client = client;
    this.server = server;
    this.monitors = new Monitors(server.updates(), server.contents(), server.limits());
    this.transactions = new Transactions(this, client, server.limits());
  }

  void take(Message message) {
    awaitCommits();
    if (message instanceof Request request) {
      take(request);
    } else if (message instanceof Notification notification
        && notification.method().equals("cancel")
        && notification.params().size() == 1) {
      transactions.cancel(notification.params().get(0));
    }
    advance();
  }

  private void take(Request request) {
    try {
      admit(request);
      switch (request.method()) {
        case "transact" -> transactions.begin(request, database(request));
        case "lock", "steal", "unlock" -> locking(request);
        case "set_db_change_aware" -> answer(request, setDbChangeAware(request));
        case "echo" -> answer(request, request.params());
        case "get_server_id" ->
            answer(request, new JsonPrimitive(server.databases().serverId().toString()));
        case "list_dbs" -> answer(request, server.databases().names());
        case "get_schema" -> answer(request, SchemaJson.of(database(request)));
        case "monitor" -> monitor(request, Monitor.Version.MONITOR);
        case "monitor_cond" -> monitor(request, Monitor.Version.MONITOR_COND);
        case "monitor_cond_since" -> monitor(request, Monitor.Version.MONITOR_COND_SINCE);
        case "monitor_cond_change" -> later(request, () -> monitors.change(request));
        case "monitor_cancel" -> later(request, () -> monitors.cancel(request));
        case "convert" -> answer(request, convert(request));
        default -> refuse(request, new JsonPrimitive("unknown method"));
      }
    } catch (FaultException e) {
      refuse(request, e.json());
    }
  }

  /** Who has no role learns why, and nothing else. */
  private void admit(Request request) throws FaultException {
    if (client.visitor().may(Role.READ)) {
      admitted = true;
    } else if (!request.method().equals("echo")) {
      throw FaultException.of(
          "permission error", client.visitor().refuse(request.method(), Role.READ));
    }
  }

  private Database database(Request request) throws FaultException {
    var params = request.params();
    if (params.isEmpty() || !Json.isString(params.get(0))) {
      throw FaultException.syntax(
          params, request.method() + " request params must begin with <db-name>");
    }
    var name = params.get(0).getAsString();
    return server
        .databases()
        .named(name)
        .orElseThrow(
            () ->
                FaultException.at(
                    params,
                    OvsdbError.UNKNOWN_DATABASE,
                    request.method() + " request specifies unknown database " + name));
  }

  /** To the schema that it has. */
  private JsonElement convert(Request request) throws FaultException {
    var database = database(request);
    if (request.params().size() != 2) {
      throw FaultException.syntax(request.params(), "array expected");
    }
    if (!SchemaJson.same(database, request.params().get(1))) {
      throw FaultException.of(
          "not allowed", "the schema of " + database.schema().name() + " cannot be changed");
    }
    return new JsonObject();
  }

  private void monitor(Request request, Monitor.Version version) throws FaultException {
    var database = database(request);
    later(request, () -> monitors.add(request, version, database));
  }

  /** To be made when all answers before it are sent. */
  private void later(Request request, Text text) {
    Supplier<Iterator<byte[]>> orWhyNot =
        () -> {
          try {
            return text.make();
          } catch (FaultException e) {
            return Chunks.of(Message.error(request.id(), e.json()));
          }
        };
    answers.add(new Answer(Optional.empty(), orWhyNot));
  }

  private void answer(Request request, JsonElement result) {
    send(Message.reply(request.id(), result));
  }

  private void refuse(Request request, JsonElement error) {
    send(Message.error(request.id(), error));
  }

  void send(JsonObject message) {
    answers.add(new Answer(Optional.empty(), () -> Chunks.of(message)));
  }

  /** Sends it when the client has been told of that revision. */
  void send(Database database, long revision, Iterator<byte[]> message) {
    awaitCommits();
    answers.add(new Answer(Optional.of(new Reached(database, revision)), () -> message));
    advance();
  }

  /** Something is about to be looked at that only a commit may bring. */
  void awaitCommits() {
    waits = true;
  }

  /** A reader must not keep writers from what they lock. */
  private void locking(Request request) throws FaultException {
    if (!client.visitor().may(Role.WRITE)) {
      refuse(request, LOCKS_REFUSED);
    } else if (request.method().equals("unlock")) {
      answer(request, unlock(request));
    } else {
      answer(request, lock(request));
    }
  }

  private JsonElement lock(Request request) throws FaultException {
    var name = lockName(request);
    if (locks.contains(name)) {
      throw FaultException.syntax(
          request.params(), "must issue \"unlock\" before new \"" + request.method() + "\"");
    }
    if (locks.size() >= server.limits().locks()) {
      throw FaultException.of(
          OvsdbError.RESOURCES_EXHAUSTED, "the limit locks of " + server.limits().locks());
    }
    locks.add(name);
    boolean steals = request.method().equals("steal");
    if (steals) {
      server.locks().steal(this, name).ifPresent(victim -> victim.told("stolen", name));
    }
    var result = new JsonObject();
    result.addProperty("locked", steals || server.locks().lock(this, name));
    return result;
  }

  private JsonElement unlock(Request request) throws FaultException {
    var name = lockName(request);
    if (!locks.remove(name)) {
      throw FaultException.syntax(
          request.params(), "unlock: \"unlock\" without \"lock\" or \"steal\"");
    }
    unlock(name);
    return new JsonObject();
  }

  private void unlock(String name) {
    server.locks().unlock(this, name).ifPresent(owner -> owner.told("locked", name));
  }

  private static String lockName(Request request) throws FaultException {
    var params = request.params();
    if (params.size() != 1 || !Members.isId(params.get(0))) {
      throw FaultException.syntax(params, request.method() + " request params must be <id>");
    }
    return params.get(0).getAsString();
  }

  boolean owns(String lock) {
    return server.locks().owns(this, lock);
  }

  /** Another client took or left a lock. */
  private void told(String method, String lock) {
    var params = new JsonArray();
    params.add(lock);
    client.execute(
        () -> {
          send(Message.notification(method, params));
          advance();
        });
  }

  /** The databases never change here, so there is nothing that a client must be aware of. */
  private static JsonElement setDbChangeAware(Request request) throws FaultException {
    var params = request.params();
    if (params.size() != 1 || !Json.isBoolean(params.get(0))) {
      throw FaultException.syntax(params, "set_db_change_aware: true or false parameter expected");
    }
    return new JsonObject();
  }

  /**
   * There is a commit. The client's thread is woken only where it may matter: something waits, or
   * is monitored; and now and then all the same, so that nobody seems to be far behind.
   */
  void signal(Database database, Commit commit) {
    boolean matters =
        waits
            || monitors.concerns(database, commit)
            || slept.incrementAndGet() >= Math.min(SLEEP, server.limits().commits() / 4);
    if (matters && signalled.compareAndSet(false, true)) {
      client.execute(
          () -> {
            signalled.set(false);
            slept.set(0);
            if (admitted && !client.visitor().may(Role.READ)) {
              close("its role was taken away");
              return;
            }
            if (monitors.isForgotten()) {
              close("it is further behind than the limit commits");
              return;
            }
            transactions.tryAgain();
            advance();
          });
    }
  }

  /** Sends as much as the client takes: answers, and between them what changed. */
  void advance() {
    boolean sent = false;
    while (!closed && client.isReady()) {
      if (sending.hasNext()) {
        client.send(sending.next());
        sent = true;
      } else if (!next()) {
        break;
      }
    }
    if (sent) {
      client.flush();
    }
    waits = !answers.isEmpty() || transactions.waiting() > 0;
    int pending = answers.size() + transactions.committing();
    client.reading(client.isReady() && pending < server.limits().pendingRequests());
  }

  private boolean next() {
    var answer = Optional.ofNullable(answers.peek());
    if (answer.isPresent() && isTold(answer.get())) {
      answers.remove();
      sending = answer.get().text().get();
      return true;
    }
    var update = monitors.next();
    update.ifPresent(text -> sending = text);
    return update.isPresent();
  }

  private boolean isTold(Answer answer) {
    return answer.told().stream().allMatch(t -> monitors.isTold(t.database(), t.revision()));
  }

  private void close(String why) {
    client.close(why);
  }

  /** The client is gone. */
  void closed() {
    closed = true;
    answers.clear();
    sending = Iterators.forArray();
    transactions.forget();
    monitors.close();
    locks.forEach(this::unlock);
    locks.clear();
  }
}
