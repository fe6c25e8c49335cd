package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.print;

import io.heddle.model.Edit;
import io.heddle.northbound.ovsdb.OvsdbServer;
import io.heddle.northbound.ovsdb.OvsdbServerSettings;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.NbGlobal;
import io.heddle.v1.Operation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of the northbound database that monitor all of 25,000 ports: what it costs when all come
 * at once, and what each change costs then. Measured is what the server's own threads need.
 */
class MonitorsBench {
  private static final int SWITCHES = 500;
  private static final int PORTS = 50;
  private static final int CLIENTS = 100;
  private static final int UPDATES = 300;

  private static final String MONITOR =
      "{\"id\":1,\"method\":\"monitor_cond_since\",\"params\":[\"OVN_Northbound\",\"m\",{"
          + "\"Logical_Switch\":[{\"columns\":[\"name\",\"ports\"]}],"
          + "\"Logical_Switch_Port\":[{\"columns\":[\"name\",\"addresses\",\"up\",\"options\","
          + "\"external_ids\"]}]},\"00000000-0000-0000-0000-000000000000\"]}"
          + "{\"id\":2,\"method\":\"echo\",\"params\":[\"all-is-here\"]}";

  @TempDir Path data;

  private final List<Client> clients = new ArrayList<>();
  private Selector selector;

  /** Reads and remembers no more than the end of what came. */
  private static final class Client {
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    private String end = "";
    private long bytes;

    Client(InetSocketAddress server, Selector selector) throws IOException {
      channel = SocketChannel.open(server);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
      channel.write(ByteBuffer.wrap(MONITOR.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether that came now. */
    boolean read(String awaited) throws IOException {
      int length = channel.read(buffer.clear());
      if (length < 0) {
        throw new IOException("the server closed the connection");
      }
      bytes += length;
      int from = Math.max(0, length - 4096);
      end += new String(buffer.array(), from, length - from, StandardCharsets.UTF_8);
      end = end.substring(Math.max(0, end.length() - 4096));
      return end.contains(awaited);
    }
  }

  /** Returns after how many nanoseconds the last client had it. */
  private long awaitAll(String awaited, long start) throws IOException {
    var missing = new java.util.HashSet<>(clients);
    while (!missing.isEmpty()) {
      selector.select();
      for (var key : selector.selectedKeys()) {
        var client = (Client) key.attachment();
        if (client.read(awaited)) {
          missing.remove(client);
        }
      }
      selector.selectedKeys().clear();
    }
    return System.nanoTime() - start;
  }

  /** CPU time of the threads that serve. */
  private static long serving() {
    var threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(info -> info != null && info.getThreadName().equals("ovsdb-io"))
        .mapToLong(info -> threads.getThreadCpuTime(info.getThreadId()))
        .sum();
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static UUID fill(RaftStore store) {
    store.commit(Edit.transaction(Edit.put(NbGlobal.getDefaultInstance()))).join();
    UUID one = new UUID(0, 0);
    for (int s = 0; s < SWITCHES; s++) {
      var sw = new UUID(1, s);
      var edits = new ArrayList<Operation>();
      edits.add(Edit.put(sw, LogicalSwitch.newBuilder().setName("switch" + s).build()));
      for (int p = 0; p < PORTS; p++) {
        one = new UUID(2, s * PORTS + p);
        edits.add(
            Edit.put(
                one,
                LogicalSwitchPort.newBuilder()
                    .setName("port" + s + "-" + p)
                    .setLogicalSwitch(sw.toString())
                    .addAddresses("0a:00:00:00:%02x:%02x".formatted(s % 256, p))
                    .putExternalIds("neutron:network_name", "network" + s)
                    .build()));
      }
      store.commit(Edit.transaction(edits)).join();
    }
    return one;
  }

  @Test
  void manyClientsMonitorEverything() throws Exception {
    try (var store = RaftStore.open(StoreSettings.alone(data))) {
      var port = fill(store);
      var settings = new OvsdbServerSettings("127.0.0.1", 0);
      try (var server = OvsdbServer.of(store, store.membership(), settings)) {
        selector = Selector.open();
        first(server, 1);
        long heap = heap();
        first(server, CLIENTS);
        print("heap: %,d KB more for each client", (heap() - heap) / CLIENTS / 1024);
        updates(store, port);
      } finally {
        for (var client : clients) {
          client.channel.close();
        }
      }
    }
  }

  private void first(OvsdbServer server, int count) throws IOException {
    long cpu = serving();
    long start = System.nanoTime();
    var before = List.copyOf(clients);
    clients.clear();
    for (int i = 0; i < count; i++) {
      clients.add(new Client(server.address(), selector));
    }
    long last = awaitAll("all-is-here", start);
    print(
        "%,d clients want all of %,d ports: the last has it after %,d ms, the server took %,d ms of"
            + " CPU, each got %,d KB",
        count,
        SWITCHES * PORTS,
        last / 1_000_000,
        (serving() - cpu) / 1_000_000,
        clients.get(0).bytes / 1024);
    clients.addAll(before);
  }

  private void updates(RaftStore store, UUID port) throws IOException {
    var nanos = new long[UPDATES];
    long cpu = 0;
    for (int i = -UPDATES; i < UPDATES; i++) {
      if (i == 0) {
        cpu = serving();
      }
      var mark = "change" + (UPDATES + i) + ".";
      var row = LogicalSwitchPort.newBuilder().putExternalIds("mark", mark).build();
      var edit = Edit.transaction(Edit.update(port, row, "external_ids"));
      long start = System.nanoTime();
      store.commit(edit);
      nanos[Math.max(i, 0)] = awaitAll(mark, start);
    }
    Arrays.sort(nanos);
    print(
        "one change to %,d clients: the last has it after %,d µs (median; p95 %,d µs), the server"
            + " takes %,d µs of CPU",
        clients.size(),
        nanos[UPDATES / 2] / 1_000,
        nanos[UPDATES * 95 / 100] / 1_000,
        (serving() - cpu) / UPDATES / 1_000);
  }
}
