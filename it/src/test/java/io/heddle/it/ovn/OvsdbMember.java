package io.heddle.it.ovn;

import io.heddle.it.JavaProcess;
import io.heddle.northbound.ovsdb.OvsdbServer;
import io.heddle.northbound.ovsdb.OvsdbServerSettings;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A member, alone or of several, that serves OVN's northbound database in its own process. */
final class OvsdbMember implements AutoCloseable {
  /** Where others find it. */
  record Ports(int raft, int northbound) {}

  private final Path folder;
  private final String name;
  private final Map<String, Ports> all;
  private JavaProcess process;
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
    var arguments = new ArrayList<>(List.of(folder.resolve(name).toString(), name));
    all.forEach((n, ports) -> arguments.add(n + "=" + ports.raft() + "=" + ports.northbound()));
    var log = folder.resolve(name + "-" + starts++ + ".log");
    process = JavaProcess.start(log, List.of(), List.of(), OvsdbMember.class, arguments);
  }

  void awaitReady() {
    process.awaitReady();
  }

  /** kill -9. */
  void kill() {
    process.kill();
  }

  @Override
  public void close() {
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
