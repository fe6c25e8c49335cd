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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The same ports as {@link PortLoad} adds, committed over gRPC. As there, the thread that reads an
 * answer sends what comes next: it is the controller that is measured.
 */
final class GrpcLoad implements LoadClient {
  private static final int DELETED_AT_ONCE = 500;

  private final ManagedChannel channel;
  private final NorthboundFutureStub api;
  private final List<String> added = new ArrayList<>();

  /** To switches that {@link PortLoad#addSwitches} made. */
  GrpcLoad(int port) {
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
    api = NorthboundGrpc.newFutureStub(channel);
  }

  @Override
  public Result run(int window, int transactions, int portsEach, int switchCount) {
    var course = new Course(transactions, portsEach, switchCount);
    long start = System.nanoTime();
    for (int i = 0; i < window; i++) {
      course.goOn();
    }
    course.end.join();
    double rate = transactions * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    return Result.of(rate, portsEach, course.latencies);
  }

  /** Each answer is followed by the next commit. */
  private final class Course {
    private final int portsEach;
    private final int switchCount;
    private final double[] latencies;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private int begun;
    private int answered;

    Course(int transactions, int portsEach, int switchCount) {
      this.portsEach = portsEach;
      this.switchCount = switchCount;
      this.latencies = new double[transactions];
    }

    /** By whoever begins, and then by the connection's thread. */
    synchronized void goOn() {
      if (begun == latencies.length) {
        return;
      }
      int number = begun++;
      var ports = ports(PortLoad.switchName(number % switchCount), portsEach);
      long at = System.nanoTime();
      Futures.addCallback(
          api.commit(ports),
          new FutureCallback<Receipt>() {
            @Override
            public void onSuccess(Receipt receipt) {
              ended(number, at);
            }

            @Override
            public void onFailure(Throwable why) {
              end.completeExceptionally(new IllegalStateException("a commit failed", why));
            }
          },
          MoreExecutors.directExecutor());
    }

    private synchronized void ended(int number, long at) {
      latencies[number] = (System.nanoTime() - at) / 1e6;
      if (++answered == latencies.length) {
        end.complete(null);
      } else {
        goOn();
      }
    }
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
