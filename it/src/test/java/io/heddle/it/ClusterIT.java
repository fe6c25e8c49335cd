package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.it.PlainController.Ports;
import io.heddle.it.lab.Lab;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.api.GetMembersResponse;
import io.heddle.v1.api.MemberStatus;
import io.heddle.v1.api.RowChange;
import io.heddle.v1.api.WatchEvent.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three controllers in three processes. */
@Timeout(600)
class ClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The library's client alone waits twice as long for who led last. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  @TempDir Path folder;

  private final TreeMap<String, ControllerProcess> members = new TreeMap<>();
  private final TreeMap<String, MemberClient> clients = new TreeMap<>();

  @BeforeEach
  void start() throws IOException {
    var names = List.of("m1", "m2", "m3");
    var list = names.stream().map(name -> name + "=" + Lab.freePort()).toList();
    for (var name : names) {
      var process = member(folder(name), name, list);
      members.put(name, process);
      clients.put(name, new MemberClient(process.ports().grpc()));
      process.launch();
    }
    members.values().forEach(ControllerProcess::awaitReady);
    await("m1", ClusterIT::allLive);
  }

  private static ControllerProcess member(Path folder, String name, List<String> list) {
    var arguments = Stream.concat(Stream.of(name, "127.0.0.1"), list.stream()).toList();
    return ControllerProcess.member(folder, Ports.free(), arguments);
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  @AfterEach
  void stop() {
    clients.values().forEach(MemberClient::close);
    members.values().forEach(ControllerProcess::close);
  }

  private void start(String member) {
    members.get(member).launch();
    members.get(member).awaitReady();
  }

  private GetMembersResponse await(String member, Predicate<GetMembersResponse> expected) {
    Northbound.await(
        member + " to see what is expected",
        PATIENCE,
        () -> expected.test(clients.get(member).members()));
    return clients.get(member).members();
  }

  private static long live(GetMembersResponse seen) {
    return seen.getMembersList().stream().filter(m -> m.getLive() && m.getVotes()).count();
  }

  private static boolean allLive(GetMembersResponse seen) {
    return live(seen) == 3 && !leader(seen).isEmpty();
  }

  private static String leader(GetMembersResponse seen) {
    return seen.getMembersList().stream()
        .filter(MemberStatus::getLeads)
        .map(MemberStatus::getName)
        .findFirst()
        .orElse("");
  }

  private static String name(RowChange change) {
    try {
      return change.getAfter().getRow().unpack(LogicalSwitch.class).getName();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Backups of all members at one revision hold the same rows; the chassis are still divided. */
  private void assertSameRows() {
    Northbound.await(
        "all members to have the same", Duration.ofSeconds(30), () -> contents().size() == 1);
  }

  private Set<String> contents() {
    return clients.values().stream()
        .map(MemberClient::snapshot)
        .map(s -> s.revision() + " " + s.rows(LogicalSwitch.class))
        .collect(Collectors.toSet());
  }

  private void wipe(String member) throws IOException {
    try (var files = Files.walk(folder.resolve(member).resolve("data"))) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aLeaderThatIsKilledIsSucceededAndAWatchGoesOnElsewhere() {
    var leader = leader(clients.get("m1").members());
    var others = members.keySet().stream().filter(m -> !m.equals(leader)).toList();
    clients.get(leader).commit("s1");
    // Each member shows what another was told before.
    clients.values().forEach(c -> c.get("s1", false));
    long told = clients.get(leader).watch(0).next().getRevision();
    long committed = clients.get(others.get(0)).commit("s2");

    members.get(leader).kill();
    long killed = System.nanoTime();
    assertTrue(clients.get(others.get(0)).commit("s3") > committed);
    System.out.printf(
        "committed %d ms after the leader was killed%n",
        Duration.ofNanos(System.nanoTime() - killed).toMillis());
    clients.get(others.get(1)).get("s3", false);

    var resumed = clients.get(others.get(1)).watch(told);
    var names = new ArrayList<String>();
    while (names.size() < 2) {
      var event = resumed.next();
      assertEquals(Type.CHANGES, event.getType(), "it needs no snapshot");
      event.getChangesList().forEach(change -> names.add(name(change)));
    }
    assertEquals(List.of("s2", "s3"), names);

    start(leader);
    clients.get(leader).get("s3", false);
    await(leader, ClusterIT::allLive);
    aLeaderThatFallsSilentIsSucceededToo();
    assertSameRows();
  }

  /** Its connections stay, and nobody hears from it. Who is back deposes nobody. */
  private void aLeaderThatFallsSilentIsSucceededToo() {
    var silent = leader(clients.get("m1").members());
    var others = members.keySet().stream().filter(m -> !m.equals(silent)).toList();
    members.get(silent).freeze();
    long began = System.nanoTime();
    others.forEach(other -> clients.get(other).commit("through " + other));
    var waited = Duration.ofNanos(System.nanoTime() - began);
    System.out.printf(
        "committed through both others %d ms after the leader fell silent%n", waited.toMillis());
    assertTrue(waited.compareTo(SILENCE) < 0, "they wait for the silent one: " + waited);
    long term = clients.get(others.get(0)).members().getTerm();
    members.get(silent).thaw();
    clients.get(silent).commit("through " + silent);
    await(silent, ClusterIT::allLive);
    long after = clients.get(silent).members().getTerm();
    // A busy machine may take one for dead, but terms must not rise as long as one is away.
    assertTrue(after <= term + 1, after + " after " + term);
  }

  @Test
  void allThatAreKilledComeBackAndTheFewRefuse() throws Exception {
    clients.get("m2").commit("s1");
    members.values().forEach(ControllerProcess::kill);
    members.values().forEach(ControllerProcess::launch);
    members.values().forEach(ControllerProcess::awaitReady);
    clients.get("m3").get("s1", false);
    clients.get("m1").commit("s2");
    assertSameRows();

    members.get("m2").kill();
    members.get("m3").kill();
    await("m1", seen -> live(seen) == 1);
    long start = System.nanoTime();
    var lonely = clients.get("m1");
    var refused =
        assertThrows(
            StatusRuntimeException.class, () -> lonely.tryCommit(MemberClient.aSwitch("s3")));
    assertEquals(Code.UNAVAILABLE, refused.getStatus().getCode());
    var why = refused.getStatus().getDescription();
    assertTrue(why.contains("no majority") && why.contains("as far as this member knows"), why);
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(10).toNanos(), "not at once");
    assertThrows(StatusRuntimeException.class, () -> lonely.get("s2", false));
    assertEquals("s2", lonely.get("s2", true).getName());

    // The disk of one is lost: it fetches everything again.
    wipe("m2");
    start("m3");
    start("m2");
    await("m2", ClusterIT::allLive);
    clients.get("m2").get("s2", false);
    assertSameRows();
  }

  @Test
  void aMemberWithTheDataOfAnotherClusterIsRefused() throws Exception {
    try (var stranger = member(folder("elsewhere"), "m3", List.of("m3=" + Lab.freePort()))) {
      stranger.start();
    }
    members.get("m3").kill();
    wipe("m3");
    Files.move(folder.resolve("elsewhere/data"), folder.resolve("m3/data"));
    members.get("m3").launch();
    members.get("m3").awaitEnd();
    var output = members.get("m3").output();
    assertTrue(output.contains("has no part in the cluster: its data is of cluster"), output);
    clients.get("m1").commit("s1");
  }

  @Test
  void aBackupIsRestoredOnAllMembersAsOneCommit() throws Exception {
    clients.get("m1").commit("s1");
    var backup = clients.get("m2").backup();
    clients.get("m2").commit("s2");
    long revision = clients.get("m3").restore(backup).get();
    for (var client : clients.values()) {
      client.get("s1", false);
      var refused = assertThrows(StatusRuntimeException.class, () -> client.get("s2", false));
      assertEquals(Code.NOT_FOUND, refused.getStatus().getCode());
      assertTrue(client.snapshot().revision() >= revision);
    }
    var cut = Arrays.copyOf(backup, backup.length - 1);
    var why =
        assertInstanceOf(
            StatusRuntimeException.class,
            assertThrows(ExecutionException.class, () -> clients.get("m1").restore(cut).get())
                .getCause());
    assertEquals(Code.INVALID_ARGUMENT, why.getStatus().getCode());
    members.values().forEach(ControllerProcess::kill);
    members.values().forEach(ControllerProcess::launch);
    members.values().forEach(ControllerProcess::awaitReady);
    assertSameRows();
    clients.get("m1").get("s1", false);
  }
}
