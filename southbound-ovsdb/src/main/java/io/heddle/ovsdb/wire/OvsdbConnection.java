package io.heddle.ovsdb.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.heddle.tls.Peer;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.opendaylight.ovsdb.lib.jsonrpc.JsonRpcEndpoint;
import org.opendaylight.ovsdb.lib.message.MonitorRequest;
import org.opendaylight.ovsdb.lib.message.OvsdbRPC;
import org.opendaylight.ovsdb.lib.message.TransactBuilder;
import org.opendaylight.ovsdb.lib.message.UpdateNotification;
import org.opendaylight.ovsdb.lib.schema.DatabaseSchema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with one host's ovsdb-server. Nothing here blocks. The listener is called, and
 * futures complete, on the connection's own executor, which runs one task at a time in order: what
 * the host sent first is told first.
 */
public final class OvsdbConnection {
  private static final Logger LOG = LoggerFactory.getLogger(OvsdbConnection.class);
  private static final String DATABASE = "Open_vSwitch";
  private static final String MONITOR = "heddle";
  private static final Optional<Ending> OPEN = Optional.empty();

  /** How long the library keeps a request that nobody answers. */
  public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  static {
    JsonRpcEndpoint.setReaperInterval((int) REQUEST_TIMEOUT.toMillis());
  }

  /** Told what happens on a connection. */
  public interface Listener {
    void changed(TableChanges changes);

    /** Told once, last. */
    void closed(Ending ending);
  }

  private final Channel channel;
  private final InetSocketAddress peer;
  private final InetSocketAddress local;
  private final Optional<Peer> authenticated;
  private final Executor executor;
  private final OvsdbRPC rpc;
  private final LinkHandler link;
  private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Optional<Ending>> end = new AtomicReference<>(OPEN);
  private final CompletableFuture<Listener> listener = new CompletableFuture<>();
  private final CompletableFuture<DatabaseSchema> schema = new CompletableFuture<>();

  OvsdbConnection(Channel channel, Optional<Peer> authenticated, Executor executor) {
    this.channel = channel;
    this.authenticated = authenticated;
    this.peer = (InetSocketAddress) channel.remoteAddress();
    this.local = (InetSocketAddress) channel.localAddress();
    this.executor = executor;
    this.link = new LinkHandler(channel, this::ended);
    var endpoint = new JsonRpcEndpoint(channel);
    endpoint.registerCallback(new Updates());
    this.rpc = endpoint;
    channel.pipeline().addLast(link, endpoint, link.fuse());
    channel.pipeline().addFirst(link.ear());
  }

  public InetSocketAddress peer() {
    return peer;
  }

  /** The address on which this host reaches Heddle. */
  public InetSocketAddress local() {
    return local;
  }

  /** As whom the host proved itself; empty without TLS. */
  public Optional<Peer> authenticated() {
    return authenticated;
  }

  /** Where all about this host is to be done: one task at a time, in order. */
  public Executor executor() {
    return executor;
  }

  /** {@link System#nanoTime} when the host was last heard. */
  public long heardNanos() {
    return link.heardNanos();
  }

  /**
   * Starts to tell the listener: first all rows as they are, then every change.
   *
   * @param columns by table, the columns to watch; those the host's schema lacks are left out
   * @return done when the listener was told the first time
   */
  public CompletableFuture<Void> monitor(Map<String, Set<String>> columns, Listener told) {
    listener.complete(told);
    return call(rpc.get_schema(List.of(DATABASE)))
        .thenCompose(
            json -> {
              schema.complete(schema(json));
              return call(rpc.monitor(() -> request(schema.join(), columns)));
            })
        .thenAccept(rows -> told.changed(Notation.changes(schema.join(), present(rows))));
  }

  private static DatabaseSchema schema(JsonNode json) {
    try {
      return DatabaseSchema.fromJson(DATABASE, present(json)).withInternallyGeneratedColumns();
    } catch (RuntimeException e) {
      throw new MalformedMessageException("it serves no database " + DATABASE, e);
    }
  }

  private static JsonNode present(JsonNode result) {
    if (result == null || !result.isObject()) {
      throw new MalformedMessageException("a request was answered with an error");
    }
    return result;
  }

  private static List<Object> request(DatabaseSchema schema, Map<String, Set<String>> columns) {
    var tables = new LinkedHashMap<String, MonitorRequest>();
    columns.forEach(
        (table, wanted) -> {
          if (schema.hasTable(table)) {
            tables.put(table, new MonitorRequest(table, Notation.known(schema, table, wanted)));
          }
        });
    return List.of(DATABASE, MONITOR, tables);
  }

  /**
   * Carries out all edits or none.
   *
   * @return fails with {@link TransactionRefusedException} where the host's database refuses
   */
  public CompletableFuture<Void> transact(List<RowEdit> edits) {
    var transaction = new TransactBuilder(schema.join());
    edits.forEach(edit -> transaction.addOperation(Notation.operation(schema.join(), edit)));
    return call(rpc.transact(transaction)).thenAccept(OvsdbConnection::requireDone);
  }

  private static void requireDone(List<JsonNode> results) {
    if (results == null) {
      throw new TransactionRefusedException("the request was answered with an error");
    }
    for (var result : results) {
      if (result != null && result.hasNonNull("error")) {
        var why = result.get("error").asText() + ": " + result.path("details").asText();
        throw new TransactionRefusedException(
            why.substring(0, Math.min(why.length(), 2 * LinkHandler.ERROR_LENGTH)));
      }
    }
  }

  /** Asks the host for a sign of life; done when it answers, and not at all where it is dead. */
  public CompletableFuture<Void> echo() {
    return call(rpc.echo()).thenApply(answer -> null);
  }

  /** Ends the connection; the listener is told what it ended with first. */
  public void close(Ending ending) {
    ended(ending);
    channel.close();
  }

  private void ended(Ending ending) {
    if (end.compareAndSet(OPEN, Optional.of(ending))) {
      listener.thenAccept(told -> run(() -> told.closed(ending)));
      pending.forEach(future -> run(() -> future.completeExceptionally(lost(ending))));
    }
  }

  private static ConnectionClosedException lost(Ending ending) {
    return new ConnectionClosedException(ending.why());
  }

  private void run(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: told nobody, all is being closed", peer);
    }
  }

  private <T> CompletableFuture<T> call(ListenableFuture<T> reply) {
    var future = new CompletableFuture<T>();
    pending.add(future);
    future.whenComplete((value, failure) -> pending.remove(future));
    Futures.addCallback(
        reply,
        new FutureCallback<T>() {
          @Override
          public void onSuccess(T value) {
            future.complete(value);
          }

          @Override
          public void onFailure(Throwable failure) {
            future.completeExceptionally(failure);
          }
        },
        this::run);
    end.get().ifPresent(ending -> run(() -> future.completeExceptionally(lost(ending))));
    return future;
  }

  @Override
  public String toString() {
    return Sockets.text(peer);
  }

  private final class Updates implements OvsdbRPC.Callback {
    @Override
    public void update(Object context, UpdateNotification update) {
      link.taken();
      run(
          () -> {
            try {
              if (end.get().isEmpty()) {
                listener.join().changed(Notation.changes(schema.join(), update.getUpdates()));
              }
            } catch (MalformedMessageException e) {
              close(Ending.fault(e.getMessage()));
            } finally {
              link.worked();
            }
          });
    }

    @Override
    public void locked(Object context, List<String> ids) {}

    @Override
    public void stolen(Object context, List<String> ids) {}
  }

  /** The connection ended before the answer came. */
  public static final class ConnectionClosedException extends RuntimeException {
    ConnectionClosedException(String message) {
      super(message);
    }
  }
}
