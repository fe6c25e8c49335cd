package io.heddle.bfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.answer.Injection;
import io.heddle.answer.Punted;
import io.heddle.answer.PuntedPacket;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.model.Courier;
import io.heddle.model.Edit;
import io.heddle.model.MemoryStore;
import io.heddle.model.Outcome;
import io.heddle.model.Ownership;
import io.heddle.model.Problems;
import io.heddle.trace.Packet;
import io.heddle.v1.Bfd;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.PortBinding;
import io.heddle.v1.StaticRoute;
import java.time.Duration;
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
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a real store and a real clock, two members, and a next hop of the test's own. */
@Timeout(120)
class NextHopWatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Bears pauses of a busy machine. */
  private static final Timing OF_PEER = new Timing(100_000, 100_000, 20);

  private final MemoryStore store = new MemoryStore();
  private final Problems problems = new Problems();
  private final AtomicReference<String> owner = new AtomicReference<>("a");
  private final List<BiConsumer<String, byte[]>> listeners = new CopyOnWriteArrayList<>();
  private final List<NextHopWatch> members = new ArrayList<>();
  private final List<String> statuses = new CopyOnWriteArrayList<>();
  private final UUID chassis;
  private final UUID session;
  private final Map<Field, Bits> registers;
  private final Peer peer = new Peer();

  NextHopWatchTest() {
    commit(
        Edit.put(Chassis.newBuilder().setName("hv1").build()),
        Edit.put(LogicalSwitch.newBuilder().setName("s1").build()),
        Edit.put(LogicalRouter.newBuilder().setName("r1").build()),
        Edit.put(
            LogicalRouterPort.newBuilder()
                .setName("r1-s1")
                .setLogicalRouter("r1")
                .setMac("0e:00:00:00:00:01")
                .addNetworks("10.0.0.1/24")
                .build()),
        Edit.put(
            LogicalSwitchPort.newBuilder()
                .setName("s1-r1")
                .setLogicalSwitch("s1")
                .setType("router")
                .addAddresses("router")
                .putOptions("router-port", "r1-s1")
                .build()),
        Edit.put(
            LogicalSwitchPort.newBuilder()
                .setName("vm")
                .setLogicalSwitch("s1")
                .addAddresses("0a:00:00:00:00:02 10.0.0.2")
                .build()),
        Edit.put(
            Bfd.newBuilder()
                .setLogicalPort("r1-s1")
                .setDstIp("10.0.0.2")
                .setMinTx(100)
                .setMinRx(100)
                .setDetectMult(20)
                .build()));
    chassis = store.snapshot().rows(Chassis.class).keySet().head();
    session = store.snapshot().rows(Bfd.class).keySet().head();
    var router = store.snapshot().rows(LogicalRouter.class).values().head();
    var port = store.snapshot().rows(LogicalRouterPort.class).values().head();
    registers =
        Map.of(
            Field.DATAPATH, Bits.of(router.as(LogicalRouter.class).getTunnelKey()),
            Field.INPORT, Bits.of(port.as(LogicalRouterPort.class).getTunnelKey()));
    commit(
        Edit.put(
            PortBinding.newBuilder()
                .setLogicalPort("vm")
                .setChassis(chassis.toString())
                .setInterface("vm")
                .setOfport(1)
                .build()));
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
              courier(name),
              snapshot -> Ownership.divided(name, 1, Map.of(owner.get(), 1)),
              Punted.NOTHING);
      member.connected(chassis, peer::take);
      members.add(member);
    }
  }

  /** Tells those who listen, but for whom it is. */
  private Courier courier(String self) {
    var own = new AtomicReference<BiConsumer<String, byte[]>>();
    return new Courier() {
      @Override
      public void tell(String subject, byte[] word) {
        listeners.stream().filter(l -> l != own.get()).forEach(l -> l.accept(self, word));
      }

      @Override
      public Listening listen(String subject, BiConsumer<String, byte[]> listener) {
        own.set(listener);
        listeners.add(listener);
        return () -> listeners.remove(listener);
      }
    };
  }

  @AfterEach
  void end() {
    peer.clock.shutdownNow();
    members.forEach(NextHopWatch::close);
  }

  private void commit(Operation... operations) {
    var outcome = store.commit(Edit.observation(operations)).join();
    assertTrue(outcome instanceof Outcome.Committed, outcome::toString);
  }

  private String status() {
    return store.snapshot().get(Bfd.class, session).orElseThrow().getStatus();
  }

  private void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, () -> what + ", but it is " + status());
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private void awaitStatus(String status) throws InterruptedException {
    await("it should be " + status, () -> status().equals(status));
  }

  private void route() {
    commit(
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
      var punted = new PuntedPacket(new Action.Punt(Punt.BFD), Packet.parse(text), registers);
      members.get(hearer).punted(chassis, punted, injection -> {});
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
    commit(Edit.update(session, Bfd.newBuilder().setStatus("init").build(), "status"));
    awaitStatus("up");
    peer.stop();
    awaitStatus("down");
    var route = store.snapshot().rows(StaticRoute.class).keySet().head();
    commit(Edit.delete(StaticRoute.class, route));
    awaitStatus("admin_down");
  }

  @Test
  void whoEndsItSaysSo() throws Exception {
    route();
    peer.start();
    awaitStatus("up");
    commit(Edit.delete(Bfd.class, session));
    await("the peer should know", () -> peerIs(State.DOWN));
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
    commit(Edit.put(LogicalRouter.newBuilder().setName("r2").build()));
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
    await("the peer should be sent to", () -> peer.heard.get() > before + 30);
    assertEquals(State.UP, peer.state());
  }

  @Test
  void whoIsNowhereIsDown() throws Exception {
    route();
    peer.start();
    awaitStatus("up");
    var binding = store.snapshot().rows(PortBinding.class).keySet().head();
    commit(Edit.delete(PortBinding.class, binding));
    awaitStatus("down");
  }
}
