package io.heddle.northbound.raft;

import io.atomix.cluster.messaging.BroadcastService;
import io.atomix.cluster.messaging.ManagedBroadcastService;
import io.atomix.cluster.messaging.ManagedUnicastService;
import io.atomix.cluster.messaging.MessagingService;
import io.atomix.cluster.messaging.UnicastService;
import io.atomix.utils.net.Address;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The transport of a member that is alone: it speaks only with itself, so no port is open through
 * which anyone could reach the log.
 */
final class LocalTransport extends MemberTransport {
  private volatile boolean running;

  LocalTransport(Address address) {
    super(address);
  }

  @Override
  CompletableFuture<byte[]> call(Address to, String type, byte[] payload, Duration patience) {
    var nobody = new ConnectException(to + " does not take " + type);
    return running && to.equals(address())
        ? answer(to, type, payload).orElseGet(() -> CompletableFuture.failedFuture(nobody))
        : CompletableFuture.failedFuture(nobody);
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
