package io.heddle.northbound.raft;

import io.atomix.cluster.messaging.ManagedMessagingService;
import io.atomix.utils.net.Address;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** What transports of our own have in common: who answers which type of message. */
abstract class MemberTransport implements ManagedMessagingService {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Address address;
  private final Map<String, BiFunction<Address, byte[], CompletableFuture<byte[]>>> handlers =
      new ConcurrentHashMap<>();

  MemberTransport(Address address) {
    this.address = address;
  }

  /** Sends a message; done when it is answered. */
  abstract CompletableFuture<byte[]> call(
      Address to, String type, byte[] payload, Duration patience);

  /** Empty where nobody here takes this type. */
  final Optional<CompletableFuture<byte[]>> answer(Address from, String type, byte[] payload) {
    return Optional.ofNullable(handlers.get(type))
        .map(
            handler -> {
              try {
                return handler.apply(from, payload);
              } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  @Override
  public final Address address() {
    return address;
  }

  @Override
  public CompletableFuture<Void> sendAsync(
      Address to, String type, byte[] payload, boolean keepAlive) {
    return call(to, type, payload, PATIENCE).thenApply(answer -> null);
  }

  @Override
  public final CompletableFuture<byte[]> sendAndReceive(
      Address to, String type, byte[] payload, boolean keepAlive) {
    return call(to, type, payload, PATIENCE);
  }

  @Override
  public final CompletableFuture<byte[]> sendAndReceive(
      Address to, String type, byte[] payload, boolean keepAlive, Executor executor) {
    return on(executor, call(to, type, payload, PATIENCE));
  }

  @Override
  public final CompletableFuture<byte[]> sendAndReceive(
      Address to, String type, byte[] payload, boolean keepAlive, Duration timeout) {
    return call(to, type, payload, Optional.ofNullable(timeout).orElse(PATIENCE));
  }

  @Override
  public final CompletableFuture<byte[]> sendAndReceive(
      Address to,
      String type,
      byte[] payload,
      boolean keepAlive,
      Duration timeout,
      Executor executor) {
    return on(executor, sendAndReceive(to, type, payload, keepAlive, timeout));
  }

  /** The library expects failures, too, on the thread that it names. */
  private static CompletableFuture<byte[]> on(Executor executor, CompletableFuture<byte[]> answer) {
    var there = new CompletableFuture<byte[]>();
    answer.whenComplete(
        (bytes, failure) ->
            executor.execute(
                () -> {
                  if (failure == null) {
                    there.complete(bytes);
                  } else {
                    there.completeExceptionally(failure);
                  }
                }));
    return there;
  }

  @Override
  public final void registerHandler(
      String type, BiConsumer<Address, byte[]> handler, Executor executor) {
    handlers.put(
        type,
        (from, payload) -> {
          executor.execute(() -> handler.accept(from, payload));
          return CompletableFuture.completedFuture(new byte[0]);
        });
  }

  @Override
  public final void registerHandler(
      String type, BiFunction<Address, byte[], byte[]> handler, Executor executor) {
    handlers.put(
        type,
        (from, payload) ->
            CompletableFuture.supplyAsync(() -> handler.apply(from, payload), executor));
  }

  @Override
  public final void registerHandler(
      String type, BiFunction<Address, byte[], CompletableFuture<byte[]>> handler) {
    handlers.put(type, handler);
  }

  @Override
  public final void unregisterHandler(String type) {
    handlers.remove(type);
  }
}
