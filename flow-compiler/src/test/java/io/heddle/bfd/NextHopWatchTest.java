package io.heddle.bfd;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.answer.Injection;
import io.heddle.answer.Punted;
import io.heddle.answer.RoutedHost;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.model.Earshot;
import io.heddle.model.Edit;
import io.heddle.model.MemoryStore;
import io.heddle.model.Ownership;
import io.heddle.model.Problems;
import io.heddle.v1.Bfd;
import io.heddle.v1.Division;
import io.heddle.v1.PortBinding;
import io.heddle.v1.StaticRoute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a real store and a real clock, two members, and a next hop of the test's own. */
@Timeout(120)
class NextHopWatchTest {
  /** Bears pauses of a busy machine. */
  private static final Timing OF_PEER = new Timing(100_000, 100_000, 20);

  private final RoutedHost host = new RoutedHost();
  private final MemoryStore store = host.store();
  private final UUID chassis = host.chassis();
  private final Problems problems = new Problems();
  private final AtomicReference<String> owner = new AtomicReference<>("a");
  private final Earshot earshot = new Earshot();
  private final List<NextHopWatch> members = new ArrayList<>();
  private final List<String> statuses = new CopyOnWriteArrayList<>();
  private final UUID session;
  private final Peer peer = new Peer();

  NextHopWatchTest() {
    session = watch("10.0.0.2");
    store.subscribe(
        (after, changes) ->
            changes.stream()
                .filter(change -> change.uuid().equals(session))
                .flatMap(change -> change.after().stream())
                .forEach(row -> statuses.add(row.as(Bfd.class).getStatus())));
    for (var name : List.of("a", "b")) {
      var member =
          new NextHopWatch(
              store,
              problems,
              earshot.of(name),
              snapshot -> Ownership.divided(name, 1, Map.of(owner.get(), 1)),
              Punted.NOTHING);
      member.connected(chassis, peer::take);
      members.add(member);
    }
  }

  /** A session with a neighbour of the router's. */
  private UUID watch(String neighbour) {
    host.commit(
        Edit.put(
            Bfd.newBuilder()
                .setLogicalPort("r1-s1")
                .setDstIp(neighbour)
                .setMinTx(100)
                .setMinRx(100)
                .setDetectMult(20)
                .build()));
    return store.snapshot().rows(Bfd.class).values().stream()
        .filter(row -> row.as(Bfd.class).getDstIp().equals(neighbour))
        .findFirst()
        .orElseThrow()
        .uuid();
  }

  @AfterEach
  void end() {
    peer.clock.shutdownNow();
    members.forEach(NextHopWatch::close);
  }

  private String status() {
    return store.snapshot().get(Bfd.class, session).orElseThrow().getStatus();
  }

  private void awaitStatus(String status) {
    becomes(status, this::status);
  }

  private void route() {
    host.commit(
        Edit.put(
            StaticRoute.newBuilder()
                .setLogicalRouter("r1")
                .setIpPrefix("0.0.0.0/0")
                .setNexthop("10.0.0.2")
                .setBfd(session.toString())
                .build()));
  }

  /** The host 10.0.0.2. What it says is heard by one member, as by its chassis' owner. */
  private final class Peer {
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private Session end;
    private final AtomicInteger heard = new AtomicInteger();
    private volatile int hearer;

    void start() {
      clock.execute(
          () -> end = Session.begin(99, OF_PEER, new SplittableRandom(1), System.nanoTime()));
      clock.scheduleWithFixedDelay(this::tick, 10, 10, TimeUnit.MILLISECONDS);
    }

    private void tick() {
      end.tick(System.nanoTime()).ifPresent(this::say);
    }

    State state() throws Exception {
      return clock.submit(() -> end.state()).get();
    }

    void stop() {
      clock.shutdownNow();
    }

    void take(Injection injection) {
      assertEquals(Table.ROUTER_OUT, injection.table());
      var frame = injection.packet().bytes();
      var said = Arrays.copyOfRange(frame, frame.length - ControlPacket.LENGTH, frame.length);
      if (!clock.isShutdown()) {
        clock.execute(() -> hear(ControlPacket.read(said).orElseThrow()));
      }
    }

    private void hear(ControlPacket said) {
      heard.incrementAndGet();
      if (end != null) {
        end.received(said, System.nanoTime()).ifPresent(this::say);
      }
    }

    private void say(ControlPacket packet) {
      var text =
          "eth 0a:02 > 0e:01 ip 10.0.0.2 > 10.0.0.1 ttl 255 udp 49152 > 3784 data "
              + HexFormat.of().formatHex(packet.bytes());
      host.heardByRouter(members.get(hearer), Punt.BFD, text, injection -> {});
    }
  }

  @Test
  void statusIsWhatTheSessionSays() throws Exception {
    awaitStatus("admin_down");
    route();
    awaitStatus("down");
    peer.start();
    awaitStatus("up");
    // Nobody else says so.
    host.commit(Edit.update(session, Bfd.newBuilder().setStatus("init").build(), "status"));
    awaitStatus("up");
    peer.stop();
    awaitStatus("down");
    var route = store.snapshot().rows(StaticRoute.class).keySet().iterator().next();
    host.commit(Edit.delete(StaticRoute.class, route));
    awaitStatus("admin_down");
  }

  @Test
  void whoEndsItSaysSo() throws Exception {
    route();
    peer.start();
    awaitStatus("up");
    host.commit(Edit.delete(Bfd.class, session));
    eventually("the peer knows", () -> peerIs(State.DOWN));
  }

  private boolean peerIs(State state) {
    try {
      return peer.state() == state;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anotherMemberGoesOn() throws Exception {
    route();
    peer.start();
    awaitStatus("up");
    statuses.clear();

    // Heard by the one who has it no more, who tells the other.
    owner.set("b");
    host.commit(Edit.put(Division.newBuilder().putShares("b", 1).build()));
    assertSteady();
    peer.hearer = 1;
    assertSteady();
    assertEquals(List.of(), statuses);

    peer.stop();
    awaitStatus("down");
  }

  /** For longer than it takes either end to miss the other. */
  private void assertSteady() throws Exception {
    int before = peer.heard.get();
    eventually("the peer is sent to", () -> peer.heard.get() > before + 30);
    assertEquals(State.UP, peer.state());
  }

  @Test
  void whoIsNowhereIsDown() throws Exception {
    route();
    peer.start();
    awaitStatus("up");
    var binding = store.snapshot().rows(PortBinding.class).keySet().iterator().next();
    host.commit(Edit.delete(PortBinding.class, binding));
    awaitStatus("down");
  }
}
