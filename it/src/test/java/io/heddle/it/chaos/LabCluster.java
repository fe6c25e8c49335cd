package io.heddle.it.chaos;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.heddle.it.ControllerProcess;
import io.heddle.it.PlainController;
import io.heddle.it.PlainController.Ports;
import io.heddle.it.lab.Host;
import io.heddle.it.lab.Lab;
import io.heddle.it.lab.Machine;
import io.heddle.model.Snapshot;
import io.heddle.model.SnapshotFile;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.api.BackupRequest;
import io.heddle.v1.api.ClusterGrpc;
import io.heddle.v1.api.GetMembersRequest;
import io.heddle.v1.api.GetMembersResponse;
import io.heddle.v1.api.MemberStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Three members, each a process on a machine and a disk of its own, and two hosts. */
final class LabCluster implements AutoCloseable {
  static final List<String> NAMES = List.of("m1", "m2", "m3");
  static final Ports PORTS = new Ports(6653, 6640, 50051, 6641);

  /** Ports of the network that are on hosts, two on each. */
  static final int BOUND = 4;

  private static final int RAFT_PORT = 6646;

  /** The library begins a new file of its log only where there is room for three. */
  private static final String DISK = "256m";

  /** The least there may be, so that the log is compacted while the test looks on. */
  private static final int LOG_FILE = StoreSettings.SMALLEST_SEGMENT_BYTES;

  /** A busy machine is no fault. */
  private static final long STANDSTILL_MILLIS = 120_000;

  private static final long PATIENCE_SECONDS = 20;
  private static final int BLOCK = 1 << 20;

  private final Lab lab = Lab.up(PORTS.ovsdb());
  private final Map<String, Machine> machines = new TreeMap<>();
  private final Map<String, String> addresses = new TreeMap<>();
  private final Map<String, Path> disks = new TreeMap<>();
  private final Map<String, ControllerProcess> processes = new TreeMap<>();
  private final List<Host> hosts = new ArrayList<>();

  /**
   * @param logs where the members' output goes
   */
  LabCluster(Path logs) throws IOException {
    for (var name : NAMES) {
      var machine = lab.machine(name, DISK);
      machines.put(name, machine);
      addresses.put(name, machine.address());
      disks.put(name, machine.disk());
    }
    var list =
        addresses.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue() + ":" + RAFT_PORT)
            .toList();
    for (var name : NAMES) {
      var folder = Files.createDirectories(logs.resolve(name));
      Files.createSymbolicLink(folder.resolve("data"), disks.get(name));
      var arguments = new ArrayList<>(List.of(name, addresses.get(name)));
      arguments.addAll(list);
      processes.put(
          name,
          ControllerProcess.member(folder, PORTS, arguments)
              .under(machines.get(name).inside())
              .grants(
                  Files.writeString(folder.resolve("access"), "admin loopback\nadmin anybody\n"))
              .with(
                  "-Dorg.slf4j.simpleLogger.log.io.heddle.northbound.raft=info",
                  "-D" + PlainController.STANDSTILL + "=" + STANDSTILL_MILLIS,
                  "-D" + PlainController.LOG_FILE + "=" + LOG_FILE));
    }
  }

  void start() {
    processes.values().forEach(ControllerProcess::launch);
    processes.values().forEach(ControllerProcess::awaitReady);
  }

  /** Hosts, which find every member by themselves. */
  void addHosts() {
    var managers = new ArrayList<String>();
    addresses.values().forEach(a -> managers.addAll(List.of("--manager", "tcp:" + a + ":6640")));
    for (int h = 0; h < 2; h++) {
      var host = lab.host("hv" + h, "192.0.2." + (h + 1), managers.toArray(String[]::new));
      hosts.add(host);
      for (int i = 0; i < 2; i++) {
        var name = "if" + i;
        host.vsctl(
            "--timeout=60",
            "wait-until",
            "Bridge",
            "br-int",
            "--",
            "add-port",
            "br-int",
            name,
            "--",
            "set",
            "Interface",
            name,
            "type=internal",
            "external_ids:iface-id=p" + (2 * h + i));
      }
    }
  }

  List<Host> hosts() {
    return hosts;
  }

  Map<String, String> addresses() {
    return addresses;
  }

  Machine machine(String name) {
    return machines.get(name);
  }

  ControllerProcess process(String name) {
    return processes.get(name);
  }

  /** Who leads, as far as the members know that can be asked. */
  Optional<String> leader() {
    return NAMES.stream()
        .flatMap(name -> members(name).stream())
        .max((one, other) -> Long.compare(one.getTerm(), other.getTerm()))
        .flatMap(
            seen ->
                seen.getMembersList().stream()
                    .filter(MemberStatus::getLeads)
                    .map(MemberStatus::getName)
                    .findFirst());
  }

  /** How the member sees the cluster; empty where it does not answer. */
  Optional<GetMembersResponse> members(String name) {
    return ask(name, 2, api -> Optional.of(api.getMembers(GetMembersRequest.getDefaultInstance())));
  }

  /** What the member has; empty where it does not answer. */
  Optional<Snapshot> snapshot(String name) {
    return backup(name)
        .map(
            file -> {
              try {
                return SnapshotFile.read(new ByteArrayInputStream(file));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  /** What the member has, as a file; empty where it does not answer. */
  Optional<byte[]> backup(String name) {
    return ask(
        name,
        PATIENCE_SECONDS,
        api -> {
          var file = new ByteArrayOutputStream();
          api.backup(BackupRequest.getDefaultInstance())
              .forEachRemaining(piece -> file.writeBytes(piece.getData().toByteArray()));
          return Optional.of(file.toByteArray());
        });
  }

  private interface Question<T> {
    Optional<T> ask(ClusterGrpc.ClusterBlockingStub api);
  }

  private <T> Optional<T> ask(String name, long seconds, Question<T> question) {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress(addresses.get(name), PORTS.grpc()).usePlaintext().build();
    try {
      return question.ask(
          ClusterGrpc.newBlockingStub(channel).withDeadlineAfter(seconds, TimeUnit.SECONDS));
    } catch (StatusRuntimeException e) {
      return Optional.empty();
    } finally {
      channel.shutdownNow();
    }
  }

  /** Leaves less than that many bytes on the member's disk. */
  void fill(String name, int left) {
    var block = ByteBuffer.allocate(BLOCK);
    try (var filler =
        FileChannel.open(filler(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var store = Files.getFileStore(disks.get(name));
      for (long room = store.getUsableSpace(); room > left; room = store.getUsableSpace()) {
        block.clear().limit((int) Math.min(BLOCK, room - left));
        filler.write(block);
      }
    } catch (IOException full) {
      // That is what it is for: the member has written meanwhile.
    }
  }

  private Path filler(String name) {
    return disks.get(name).resolve("filler");
  }

  /** Bytes that a member has on its disk, which must not be filled. */
  long used(String name) {
    try {
      var store = Files.getFileStore(disks.get(name));
      return store.getTotalSpace() - store.getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives the room back. */
  void empty(String name) {
    try {
      Files.deleteIfExists(filler(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String logs() {
    return processes.entrySet().stream()
        .map(e -> "--- " + e.getKey() + "\n" + e.getValue().output())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    processes.values().forEach(ControllerProcess::close);
    lab.close();
  }
}
