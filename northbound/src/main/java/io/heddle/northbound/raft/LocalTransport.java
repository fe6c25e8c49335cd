package io.heddle.northbound.raft;

import io.atomix.cluster.messaging.BroadcastService;
import io.atomix.cluster.messaging.ManagedBroadcastService;
import io.atomix.cluster.messaging.ManagedMessagingService;
import io.atomix.cluster.messaging.ManagedUnicastService;
import io.atomix.cluster.messaging.MessagingService;
import io.atomix.cluster.messaging.UnicastService;
import io.atomix.utils.net.Address;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The transport of a member that is alone: it speaks only with itself, so no port is open through
 * which anyone could reach the log.
 */
final class LocalTransport implements ManagedMessagingService {
  private final Address address;
  private final Map<String, BiFunction<Address, byte[], CompletableFuture<byte[]>>> handlers =
      new ConcurrentHashMap<>();
  private volatile boolean running;

  LocalTransport(Address address) {
    this.address = address;
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public CompletableFuture<Void> sendAsync(
      Address to, String type, byte[] payload, boolean keepAlive) {
    return call(to, type, payload).thenApply(answer -> null);
  }

  @Override
  public CompletableFuture<byte[]> sendAndReceive(
      Address to, String type, byte[] payload, boolean keepAlive) {
    return call(to, type, payload);
  }

  @Override
  public CompletableFuture<byte[]> sendAndReceive(
      Address to, String type, byte[] payload, boolean keepAlive, Executor executor) {
    return call(to, type, payload).thenApplyAsync(answer -> answer, executor);
  }

  @Override
  public CompletableFuture<byte[]> sendAndReceive(
      Address to, String type, byte[] payload, boolean keepAlive, Duration timeout) {
    return call(to, type, payload);
  }

  @Override
  public CompletableFuture<byte[]> sendAndReceive(
      Address to,
      String type,
      byte[] payload,
      boolean keepAlive,
      Duration timeout,
      Executor executor) {
    return call(to, type, payload).thenApplyAsync(answer -> answer, executor);
  }

  private CompletableFuture<byte[]> call(Address to, String type, byte[] payload) {
    var handler = handlers.get(type);
    if (!running || handler == null || !to.equals(address)) {
      return CompletableFuture.failedFuture(new ConnectException(to + " does not take " + type));
    }
    try {
      return handler.apply(address, payload);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void registerHandler(String type, BiConsumer<Address, byte[]> handler, Executor executor) {
    handlers.put(
        type,
        (from, payload) -> {
          executor.execute(() -> handler.accept(from, payload));
          return CompletableFuture.completedFuture(new byte[0]);
        });
  }

  @Override
  public void registerHandler(
      String type, BiFunction<Address, byte[], byte[]> handler, Executor executor) {
    handlers.put(
        type,
        (from, payload) ->
            CompletableFuture.supplyAsync(() -> handler.apply(from, payload), executor));
  }

  @Override
  public void registerHandler(
      String type, BiFunction<Address, byte[], CompletableFuture<byte[]>> handler) {
    handlers.put(type, handler);
  }

  @Override
  public void unregisterHandler(String type) {
    handlers.remove(type);
  }

  @Override
  public CompletableFuture<MessagingService> start() {
    running = true;
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public CompletableFuture<Void> stop() {
    running = false;
    return CompletableFuture.completedFuture(null);
  }

  /** Nobody else hears, so nothing is sent. */
  static final class Silence implements ManagedUnicastService {
    private volatile boolean running;

    @Override
    public void unicast(Address address, String subject, byte[] message) {}

    @Override
    public void addListener(
        String subject, BiConsumer<Address, byte[]> listener, Executor executor) {}

    @Override
    public void removeListener(String subject, BiConsumer<Address, byte[]> listener) {}

    @Override
    public CompletableFuture<UnicastService> start() {
      running = true;
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public CompletableFuture<Void> stop() {
      running = false;
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Nobody else hears, so nothing is sent. */
  static final class NoBroadcast implements ManagedBroadcastService {
    private volatile boolean running;

    @Override
    public void broadcast(String subject, byte[] message) {}

    @Override
    public void addListener(String subject, Consumer<byte[]> listener) {}

    @Override
    public void removeListener(String subject, Consumer<byte[]> listener) {}

    @Override
    public CompletableFuture<BroadcastService> start() {
      running = true;
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public CompletableFuture<Void> stop() {
      running = false;
      return CompletableFuture.completedFuture(null);
    }
  }
}
