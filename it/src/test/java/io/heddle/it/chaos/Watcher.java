package io.heddle.it.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Deadline;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.heddle.it.chaos.History.Read;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.api.LostConnections;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.RowMessage;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchEvent.Type;
import io.heddle.v1.api.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A client that watches the registers, at one member and then another, from where it was. Each
 * change must be one of what it was told before. What it was told of a revision is a read of that,
 * though a late one: it says nothing of what else the member had by then.
 */
final class Watcher implements Runnable {
  private static final int LONGEST_SECONDS = 15;
  private static final int PAUSE_MILLIS = 100;

  private final Appender.Shared shared;
  private final SplittableRandom random;
  private final List<String> members;
  private final List<String> faults = new ArrayList<>();
  private final Map<String, List<Integer>> known = new TreeMap<>();

  /** What a revision changed, as far as it was told. */
  private final Map<String, List<Integer>> changed = new TreeMap<>();

  private boolean snapshot;
  private volatile long until = Long.MAX_VALUE;
  private long revision;
  private int calls;

  Watcher(Appender.Shared shared, long seed) {
    this.shared = shared;
    this.random = new SplittableRandom(seed);
    this.members = List.copyOf(shared.addresses.keySet());
  }

  /** Has it end once it knows that revision. */
  void end(long last) {
    until = last;
  }

  /** What it was told that contradicts what it was told before; once it has ended. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  /** What it was told that the registers hold; once it has ended. */
  Map<String, List<Integer>> registers() {
    return Map.copyOf(known);
  }

  @Override
  public String toString() {
    return "%d calls to watch, up to revision %d".formatted(calls, revision);
  }

  @Override
  public void run() {
    while (revision < until) {
      watch(members.get(random.nextInt(members.size())));
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void watch(String member) {
    var request =
        WatchRequest.newBuilder().setFromRevision(revision).addKinds("LogicalSwitch").build();
    var channel =
        ManagedChannelBuilder.forAddress(shared.addresses.get(member), shared.port)
            .usePlaintext()
            .intercept(new LostConnections())
            .build();
    var name = "%s, call %d to watch".formatted(member, ++calls);
    long start = System.nanoTime();
    snapshot = false;
    changed.clear();
    try {
      var deadline = Deadline.after(1 + random.nextInt(LONGEST_SECONDS), TimeUnit.SECONDS);
      var events = NorthboundGrpc.newBlockingStub(channel).withDeadline(deadline).watch(request);
      while (events.hasNext()) {
        take(name, start, events.next());
      }
    } catch (StatusRuntimeException e) {
      switch (e.getStatus().getCode()) {
        case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, RESOURCE_EXHAUSTED, OUT_OF_RANGE -> {}
        default -> throw e;
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private void take(String name, long start, WatchEvent event) {
    snapshot |= event.getType() == Type.SNAPSHOT;
    for (var change : event.getChangesList()) {
      var before = values(change.hasBefore() ? change.getBefore() : null);
      var after = values(change.hasAfter() ? change.getAfter() : null);
      after.forEach(
          (register, values) -> {
            var last = known.getOrDefault(register, List.of());
            var expected = before.getOrDefault(register, List.of());
            if (!snapshot && !last.equals(expected)) {
              faults.add(
                  "%s at %d: %s was %s, it says, but was told to be %s"
                      .formatted(name, event.getRevision(), register, expected, last));
            }
            changed.put(register, values);
          });
    }
    if (event.getComplete()) {
      if (event.getRevision() < revision) {
        faults.add("%s goes back from %d to %d".formatted(name, revision, event.getRevision()));
      }
      revision = event.getRevision();
      if (snapshot) {
        known.clear();
      }
      snapshot = false;
      known.putAll(changed);
      shared.history.add(
          new Read(name, new TreeMap<>(changed), revision, true, start, System.nanoTime()));
      changed.clear();
    }
  }

  private static Map<String, List<Integer>> values(RowMessage message) {
    if (message == null) {
      return Map.of();
    }
    try {
      var row = message.getRow().unpack(LogicalSwitch.class);
      return row.containsExternalIds("generation")
          ? Map.of(row.getName(), Appender.values(row))
          : Map.of();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
