package io.heddle.northbound.raft;

import io.heddle.model.Edition;
import io.heddle.model.Membership.View;
import io.heddle.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Members in one process: m1, m2 and m3, where nothing else is said. */
public final class TestCluster implements AutoCloseable {
  static final Duration ELECTION = Duration.ofSeconds(1);

  /** A member that fetches much on a busy machine takes its time; it gives up by itself. */
  private static final long OPENING_SECONDS = 170;

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  final Map<String, InetSocketAddress> addresses = new TreeMap<>();
  final Map<String, RaftStore> stores = new TreeMap<>();
  private final Map<String, Edition> editions = new TreeMap<>();
  private final Path data;
  private final Map<String, Tls> tls;
  private Duration election = ELECTION;
  private Duration heartbeat = Duration.ofMillis(200);
  private Duration commit = Duration.ofSeconds(6);
  private int fileBytes = StoreSettings.alone(Path.of("")).segmentBytes();
  private Set<String> configured;

  public TestCluster(Path data) throws IOException {
    this(data, Map.of());
  }

  /** Members of these names. */
  TestCluster(Path data, String... names) throws IOException {
    this(data, Map.of(), List.of(names));
  }

  /**
   * @param tls how each speaks with the others, by its name
   */
  TestCluster(Path data, Map<String, Tls> tls) throws IOException {
    this(data, tls, List.of("m1", "m2", "m3"));
  }

  private TestCluster(Path data, Map<String, Tls> tls, List<String> names) throws IOException {
    this.data = data;
    this.tls = Map.copyOf(tls);
    for (var member : names) {
      addresses.put(member, new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort()));
    }
    this.configured = Set.copyOf(names);
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Opens the members, all at once, for none serves before a majority is there. */
  public void open(String... names) throws Exception {
    var opening = new TreeMap<String, CompletableFuture<RaftStore>>();
    for (var member : names) {
      var thread = Executors.newSingleThreadExecutor();
      opening.put(
          member, CompletableFuture.supplyAsync(() -> RaftStore.open(settings(member)), thread));
      thread.shutdown();
    }
    for (var member : opening.keySet()) {
      stores.put(member, opening.get(member).get(OPENING_SECONDS, TimeUnit.SECONDS));
    }
  }

  /** Who is in the configuration of those that are opened from now on; all at first. */
  void configure(String... members) {
    configured = Set.of(members);
  }

  /** How those that are opened from now on keep time. */
  void pace(Duration electionTimeout, Duration beat, Duration commitTimeout) {
    election = electionTimeout;
    heartbeat = beat;
    commit = commitTimeout;
  }

  /** What a file of the log may have, of those that are opened from now on. */
  void files(int bytes) {
    fileBytes = bytes;
  }

  /** What a member that is opened from now on understands. */
  void edition(String member, Edition edition) {
    editions.put(member, edition);
  }

  /** Loses the disk of a member that is closed. */
  void wipe(String member) throws IOException {
    try (var files = Files.walk(data.resolve(member))) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  StoreSettings settings(String member) {
    var others = new TreeMap<>(addresses);
    others.keySet().retainAll(configured);
    others.remove(member);
    return StoreSettings.alone(data.resolve(member))
        .withTls(Optional.ofNullable(tls.get(member)))
        .clustered(member, addresses.get(member), others)
        .with(
            s ->
                s.electionTimeout(election)
                    .heartbeat(heartbeat)
                    .commitTimeout(commit)
                    .segmentBytes(fileBytes)
                    .edition(editions.getOrDefault(member, Edition.OWN)));
  }

  public RaftStore store(String member) {
    return stores.get(member);
  }

  public View view(String member) {
    return stores.get(member).membership().view();
  }

  public void close(String member) {
    stores.remove(member).close();
  }

  /** Waits until all who run see what is expected. */
  public void await(Predicate<View> expected) throws InterruptedException {
    for (var member : stores.keySet()) {
      await(member, expected);
    }
  }

  public View await(String member, Predicate<View> expected) throws InterruptedException {
    long start = System.nanoTime();
    while (!expected.test(view(member))) {
      if (System.nanoTime() - start > PATIENCE) {
        throw new AssertionError(member + " still sees " + view(member));
      }
      Thread.sleep(10);
    }
    return view(member);
  }

  public void awaitRevision(long revision) throws InterruptedException {
    long start = System.nanoTime();
    for (var member : stores.entrySet()) {
      while (member.getValue().snapshot().revision() < revision) {
        if (System.nanoTime() - start > PATIENCE) {
          throw new AssertionError(
              member.getKey() + " is at " + member.getValue().snapshot().revision());
        }
        Thread.sleep(10);
      }
    }
  }

  @Override
  public void close() {
    stores.values().parallelStream().forEach(RaftStore::close);
  }
}
