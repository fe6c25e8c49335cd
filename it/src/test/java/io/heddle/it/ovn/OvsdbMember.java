package io.heddle.it.ovn;

import io.heddle.northbound.ovsdb.OvsdbServer;
import io.heddle.northbound.ovsdb.OvsdbServerSettings;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A member, alone or of several, that serves OVN's northbound database in its own process. */
final class OvsdbMember implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(120);

  /** Where others find it. */
  record Ports(int raft, int northbound) {}

  private final Path folder;
  private final String name;
  private final Map<String, Ports> all;
  private Process process;
  private int starts;

  /**
   * @param all members by name, this one among them
   */
  OvsdbMember(Path folder, String name, Map<String, Ports> all) {
    this.folder = folder;
    this.name = name;
    this.all = all;
  }

  /** As clients name it. */
  String database() {
    return "tcp:127.0.0.1:" + all.get(name).northbound();
  }

  /** Does not wait: no member serves before a majority runs. */
  void start() {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OvsdbMember.class.getName(),
                folder.resolve(name).toString(),
                name));
    all.forEach((n, ports) -> command.add(n + "=" + ports.raft() + "=" + ports.northbound()));
    starts++;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log().toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path log() {
    return folder.resolve(name + "-" + starts + ".log");
  }

  void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!Files.readString(log()).contains("ready\n")) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("no member:\n" + Files.readString(log()));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null) {
      kill();
    }
  }

  /** Arguments: data folder, name, and all members as {@code name=port of Raft=port of OVSDB}. */
  public static void main(String[] args) throws Exception {
    var name = args[1];
    var addresses = new TreeMap<String, InetSocketAddress>();
    int northbound = 0;
    for (var member : List.of(args).subList(2, args.length)) {
      var words = member.split("=");
      addresses.put(
          words[0],
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(words[1])));
      if (words[0].equals(name)) {
        northbound = Integer.parseInt(words[2]);
      }
    }
    var own = addresses.remove(name);
    var alone = StoreSettings.alone(Path.of(args[0]));
    var store = RaftStore.open(addresses.isEmpty() ? alone : alone.clustered(name, own, addresses));
    OvsdbServer.of(store, store.membership(), new OvsdbServerSettings("127.0.0.1", northbound));
    System.out.println("ready");
    Thread.currentThread().join();
  }
}
