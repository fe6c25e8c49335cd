package io.heddle.it.bench;

import com.google.common.collect.Lists;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.heddle.model.Edit;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.Receipt;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.NorthboundGrpc.NorthboundFutureStub;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The same ports as {@link PortLoad} adds, committed over gRPC. */
final class GrpcLoad implements LoadClient {
  private static final int DELETED_AT_ONCE = 500;

  private final ManagedChannel channel;
  private final NorthboundFutureStub api;
  private final List<String> added = new ArrayList<>();

  /** To switches that {@link PortLoad#addSwitches} made. */
  GrpcLoad(int port) {
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    api = NorthboundGrpc.newFutureStub(channel);
  }

  @Override
  public Result run(int window, int transactions, int portsEach, int switchCount)
      throws InterruptedException {
    var free = new Semaphore(window);
    var latencies = new double[transactions];
    var failed = new AtomicReference<Optional<Throwable>>(Optional.empty());
    long start = System.nanoTime();
    for (int i = 0; i < transactions; i++) {
      free.acquire();
      int number = i;
      var ports = ports(PortLoad.switchName(i % switchCount), portsEach);
      long begun = System.nanoTime();
      Futures.addCallback(
          api.commit(ports),
          new FutureCallback<Receipt>() {
            @Override
            public void onSuccess(Receipt receipt) {
              latencies[number] = (System.nanoTime() - begun) / 1e6;
              free.release();
            }

            @Override
            public void onFailure(Throwable why) {
              failed.set(Optional.of(why));
              free.release();
            }
          },
          MoreExecutors.directExecutor());
    }
    free.acquire(window);
    failed
        .get()
        .ifPresent(
            why -> {
              throw new IllegalStateException("a commit failed", why);
            });
    double rate = transactions * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    return Result.of(rate, portsEach, latencies);
  }

  private Transaction ports(String logicalSwitch, int count) {
    var ports = new ArrayList<Operation>();
    for (int i = 0; i < count; i++) {
      var name = "committed" + added.size();
      added.add(name);
      ports.add(
          Edit.put(
              LogicalSwitchPort.newBuilder()
                  .setName(name)
                  .setLogicalSwitch(logicalSwitch)
                  .addAddresses(PortLoad.ADDRESS)
                  .build()));
    }
    return Edit.transaction(ports);
  }

  @Override
  public void clear() {
    for (var some : Lists.partition(added, DELETED_AT_ONCE)) {
      var deleted = some.stream().map(name -> Edit.delete(LogicalSwitchPort.class, name)).toList();
      Futures.getUnchecked(api.commit(Edit.transaction(deleted)));
    }
    added.clear();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
