package io.heddle.it.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannelBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.compiler.Network;
import io.heddle.feature.Features;
import io.heddle.flow.Table;
import io.heddle.it.Northbound;
import io.heddle.it.lab.Host;
import io.heddle.model.Edit;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.model.SnapshotFile;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Operation;
import io.heddle.v1.SnapshotRecord;
import io.heddle.v1.api.LostConnections;
import io.heddle.v1.api.NorthboundGrpc;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Clients append to registers while faults come and go; then the history must be linearizable, all
 * members equal, and every switch as the plan says. How fast the machine is decides only how much
 * is done meanwhile: nothing is taken for a failure but what never comes.
 */
final class Chaos implements AutoCloseable {
  private static final int CLIENTS = 4;
  private static final int SPREAD_MILLIS = 5_000;
  private static final int LONGEST_CALM_MILLIS = 3_000;

  /** In a long run one fault of so many is a long absence. */
  private static final int ABSENCES = 15;

  /** With a long run's commits goes what makes the log grow, so that it is compacted often. */
  private static final int BALLAST_BYTES = 32 << 10;

  /**
   * What a member may have on its disk, whatever was written: a few files of the log, of 32 MB, and
   * the state up to four times, for a snapshot and a checkpoint are replaced once the next one is
   * there. After half an hour it was 127 MB.
   */
  private static final long DISK_BYTES = 160L << 20;

  /** Far longer than anything takes that will ever be done. */
  private static final Duration NEVER = Duration.ofMinutes(3);

  /** Where a backup says how many records follow. */
  private static final int RECORDS_OFFSET = 16;

  private static final Pattern FLOW = Pattern.compile("cookie=0x([0-9a-f]+), .*? table=(\\d+),");

  private final long seed;
  private final Random random;
  private final LabCluster cluster;
  private final Appender.Shared shared;
  private final Watcher watcher;
  private final ExecutorService watching = Executors.newSingleThreadExecutor();
  private final boolean longRun;
  private final List<String> story = new ArrayList<>();
  private final long started = System.nanoTime();
  private long mostOnDisk;
  private Future<?> watched;

  private Chaos(long seed, Path logs, boolean longRun) throws IOException {
    this.seed = seed;
    this.random = new Random(seed);
    this.longRun = longRun;
    this.cluster = new LabCluster(logs);
    this.shared =
        new Appender.Shared(
            cluster.addresses(),
            LabCluster.PORTS.grpc(),
            LabCluster.BOUND,
            longRun ? BALLAST_BYTES : 0);
    this.watcher = new Watcher(shared, seed);
  }

  /**
   * Runs faults for so long, and checks.
   *
   * @param logs where the members' output is kept
   * @param longRun whether members are also away for minutes
   */
  static void run(long seed, Duration length, Path logs, boolean longRun) throws Exception {
    try (var chaos = new Chaos(seed, logs, longRun)) {
      try {
        chaos.begin();
        chaos.suffer(length);
        chaos.check();
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "seed %d (logs in %s), after %s: %s"
                .formatted(seed, logs.toAbsolutePath(), String.join("; ", chaos.story), e),
            e);
      }
    }
  }

  private void tell(String what) {
    var line = "%.1f s %s".formatted((System.nanoTime() - started) / 1e9, what);
    story.add(line);
    System.out.println("chaos " + line);
  }

  private void begin() {
    cluster.start();
    var operations = new ArrayList<Operation>();
    operations.add(Edit.put(LogicalSwitch.newBuilder().setName("net").build()));
    for (int i = 0; i < LabCluster.BOUND; i++) {
      operations.add(Edit.put(Appender.port(i, i)));
    }
    Northbound.await("the network to be committed", NEVER, () -> commit(operations));
    cluster.addHosts();
    tell("all is there; seed " + seed);
  }

  private boolean commit(List<Operation> operations) {
    var channel =
        ManagedChannelBuilder.forAddress(cluster.addresses().get("m1"), LabCluster.PORTS.grpc())
            .usePlaintext()
            .intercept(new LostConnections())
            .build();
    try {
      var api = NorthboundGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
      return api.commit(Edit.transaction(operations)).getRevision() > 0;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Code.UNAVAILABLE) {
        return false;
      }
      throw e;
    } finally {
      channel.shutdownNow();
    }
  }

  private void suffer(Duration length) throws InterruptedException, ExecutionException {
    watched = watching.submit(watcher);
    var threads = Executors.newFixedThreadPool(CLIENTS);
    var clients = new ArrayList<Future<?>>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(threads.submit(new Appender(shared, random.nextLong())));
    }
    try {
      long end = System.nanoTime() + length.toNanos();
      for (int i = 0; System.nanoTime() < end; i++) {
        pause(random.nextInt(LONGEST_CALM_MILLIS));
        suffer(next(i), clients);
        measure();
        assertTrue(clients.stream().noneMatch(Future::isDone), "a client has ended");
        if (watched.isDone()) {
          watched.get();
        }
      }
      awaitProgress("when all was over", clients);
    } finally {
      shared.end();
      threads.shutdown();
      for (var client : clients) {
        client.get();
      }
    }
    tell(shared.history + "; at most %,d bytes on a disk".formatted(mostOnDisk));
  }

  private Fault next(int number) {
    Supplier<String> leader = () -> cluster.leader().orElse("m1");
    return longRun && number % ABSENCES == ABSENCES - 1
        ? new Fault.Absence(leader.get(), random.nextBoolean())
        : Fault.next(number, random, leader);
  }

  private void measure() {
    for (var member : LabCluster.NAMES) {
      mostOnDisk = Math.max(mostOnDisk, cluster.used(member));
    }
    assertTrue(mostOnDisk <= DISK_BYTES, "a member has " + mostOnDisk + " bytes on its disk");
  }

  private void suffer(Fault fault, List<Future<?>> clients) throws InterruptedException {
    long hold = fault.least().toMillis() + random.nextInt(SPREAD_MILLIS);
    tell(fault.toString());
    fault.begin(cluster);
    pause(hold);
    if (fault.minority()) {
      awaitProgress("during " + fault, clients);
    }
    fault.end(cluster);
    tell("over");
  }

  private static void pause(long millis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(millis);
  }

  /** The cluster goes on. */
  private void awaitProgress(String when, List<Future<?>> clients) {
    long since = System.nanoTime();
    Northbound.await(
        "a commit " + when,
        NEVER,
        () -> clients.stream().anyMatch(Future::isDone) || shared.history.acknowledged(since));
    tell("a commit after %.1f s".formatted((System.nanoTime() - since) / 1e9));
  }

  private void check() throws Exception {
    var last = agreement();
    tell("all members have the same at revision " + last.revision());
    var finals = new TreeMap<String, List<Integer>>();
    // What came later changed no switch, so who watches switches need not be told.
    var changed = new AtomicLong();
    last.rows(LogicalSwitch.class)
        .values()
        .forEach(
            row -> {
              changed.accumulateAndGet(row.version(), Math::max);
              var register = row.as(LogicalSwitch.class);
              if (register.containsExternalIds("generation")) {
                finals.put(register.getName(), Appender.values(register));
              }
            });
    watcher.end(changed.get());
    watched.get(NEVER.toSeconds(), TimeUnit.SECONDS);
    tell(watcher.toString());
    assertEquals(List.of(), watcher.faults());
    assertEquals(finals, watcher.registers());
    assertEquals(List.of(), Linearizability.faults(shared.history, finals));
    assertTrue(shared.history.acknowledged() > 0);
    cluster.hosts().forEach(this::awaitPlan);
  }

  /** Waits until all members are at one revision, and compares what they have. */
  private Snapshot agreement() {
    var found = new AtomicReference<Snapshot>();
    Northbound.await(
        "all members to be at one revision",
        NEVER,
        () -> {
          var all = new TreeMap<String, byte[]>();
          LabCluster.NAMES.forEach(
              name -> cluster.backup(name).ifPresent(backup -> all.put(name, backup)));
          var revisions = new TreeSet<Long>();
          all.values().forEach(backup -> revisions.add(snapshot(backup).revision()));
          if (all.size() < LabCluster.NAMES.size() || revisions.size() > 1) {
            return false;
          }
          var first = all.firstEntry().getValue();
          all.forEach((name, backup) -> assertEquals(content(first), content(backup), name));
          found.set(snapshot(first));
          return true;
        });
    return found.get();
  }

  private static Snapshot snapshot(byte[] backup) {
    try {
      return SnapshotFile.read(new ByteArrayInputStream(backup));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * All that members must have the same: beside the rows, which is their least part, which requests
   * are remembered, in their order, and which numbers were given last.
   */
  private static List<String> content(byte[] backup) {
    var content = new TreeSet<String>();
    int place = 0;
    try (var in = new DataInputStream(new ByteArrayInputStream(backup))) {
      in.skipNBytes(RECORDS_OFFSET);
      long records = in.readLong();
      for (long i = 0; i < records; i++) {
        var record = SnapshotRecord.parseDelimitedFrom(in);
        content.add((record.hasReceipt() ? "receipt %6d ".formatted(place++) : "") + record);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(content);
  }

  /** The plan follows from a member's rows alone: it is compiled here once more. */
  private void awaitPlan(Host host) {
    var last = new AtomicReference<>("no member answered");
    try {
      Northbound.await(
          host.name() + " to hold the plan",
          NEVER,
          () -> {
            var installed = installed(host);
            return cluster
                .snapshot("m1")
                .filter(
                    snapshot -> {
                      var planned = plan(snapshot, host.name());
                      last.set("planned %s, installed %s".formatted(planned, installed));
                      return planned.filter(installed::equals).isPresent();
                    })
                .isPresent();
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ": " + last.get(), e);
    }
  }

  private static Optional<TreeSet<String>> plan(Snapshot snapshot, String host) {
    var network = Network.of(Features.ALL, snapshot);
    return snapshot.named(Schema.rows().kind(Chassis.class), host).stream()
        .findFirst()
        .map(
            uuid -> {
              var flows = new TreeSet<String>();
              network
                  .plan(uuid)
                  .flatMap(unit -> unit.flows().stream())
                  .forEach(f -> flows.add(f.table().number() + " " + Long.toHexString(f.cookie())));
              return flows;
            });
  }

  private static TreeSet<String> installed(Host host) {
    var flows = new TreeSet<String>();
    for (var line : host.flows("br-int")) {
      var flow = FLOW.matcher(line);
      if (flow.find()
          && Table.of(Integer.parseInt(flow.group(2))).filter(Table::learned).isEmpty()) {
        flows.add(flow.group(2) + " " + flow.group(1));
      }
    }
    return flows;
  }

  @Override
  public void close() {
    watching.shutdownNow();
    cluster.close();
  }
}
