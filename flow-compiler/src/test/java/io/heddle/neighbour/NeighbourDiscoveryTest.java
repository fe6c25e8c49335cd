package io.heddle.neighbour;

import static io.heddle.model.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.answer.Advertisers;
import io.heddle.answer.Answers;
import io.heddle.answer.Injection;
import io.heddle.answer.Injector;
import io.heddle.answer.Punted;
import io.heddle.answer.RoutedHost;
import io.heddle.answer.RouterSolicitations;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.model.Courier;
import io.heddle.model.Earshot;
import io.heddle.model.Edit;
import io.heddle.model.Eventually;
import io.heddle.model.MemoryStore;
import io.heddle.model.Problems;
import io.heddle.trace.Packet;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.MacBinding;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With a real store and a real clock, and the test for a switch. */
class NeighbourDiscoveryTest {
  private final RoutedHost host = new RoutedHost();
  private final MemoryStore store = host.store();
  private final UUID chassis = host.chassis();
  private final Problems problems = new Problems();
  private final BlockingQueue<Injection> injected = new LinkedBlockingQueue<>();
  private final Advertisers advertisers = new Advertisers(store);
  private NeighbourDiscovery neighbours;
  private Punted punted;

  NeighbourDiscoveryTest() {
    begin();
  }

  private void begin() {
    neighbours = new NeighbourDiscovery(store, problems, Courier.NOBODY, Punted.NOTHING);
    // Behind the others, as in a controller.
    punted = new Answers(Answers.ROUTING, new RouterSolicitations(advertisers, neighbours));
    punted.connected(chassis, injected::add);
  }

  @AfterEach
  void end() {
    neighbours.close();
    advertisers.close();
  }

  /** As VXLAN tells it: without the port it came by. */
  private void want(String ip) {
    host.punt(
        punted,
        Punt.RESOLVE_IPV4,
        "eth 0e:01 > 0a:fe:00:00:00:00 ip 10.9.9.9 > " + ip + " icmp echo",
        Map.of(
            Field.DATAPATH,
            Bits.of(RoutedHost.SWITCH),
            Field.NEXTHOP_IPV4,
            Packet.parse("eth 0a:01 > 0a:02 ip 1.1.1.1 > " + ip + " icmp echo")
                .get(Field.IPV4_DST)
                .orElseThrow()),
        injected::add);
  }

  private void answer(String ip, String mac) {
    host.heardByRouter(
        punted,
        Punt.NEIGHBOUR_HEARD_ARP,
        "eth " + mac + " > 0e:01 arp reply " + ip + " is-at " + mac + " to 10.0.0.1",
        injected::add);
  }

  private Injection injection() throws InterruptedException {
    var injection = injected.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertTrue(injection != null, "nothing was sent");
    return injection;
  }

  private String next() throws InterruptedException {
    var injection = injection();
    return injection.table() + " " + injection.packet();
  }

  private static String text(Table table, String packet) {
    return table + " " + Packet.parse(packet);
  }

  private List<MacBinding> rows() {
    return store.snapshot().rows(MacBinding.class).values().stream()
        .map(row -> row.as(MacBinding.class))
        .toList();
  }

  private void threshold(String seconds) {
    var options = Map.of("mac_binding_age_threshold", seconds);
    var router = LogicalRouter.newBuilder().putAllOptions(options).build();
    var uuid = store.snapshot().rows(LogicalRouter.class).keySet().iterator().next();
    host.commit(Edit.update(uuid, router, "options"));
  }

  private void learned(String port) {
    host.commit(
        Edit.put(
            MacBinding.newBuilder()
                .setLogicalPort(port)
                .setIp("10.0.0.99")
                .setMac("0c:00:00:00:00:99")
                .build()));
  }

  private static final String AGAIN =
      "eth 0e:01 > 0c:99 arp request who-has 10.0.0.99 tell 10.0.0.1";
  private static final String QUESTION =
      "eth 0e:01 > broadcast arp request who-has 10.0.0.99 tell 10.0.0.1";

  @Test
  void anAnswerBecomesARowAndLetsThePacketGo() throws Exception {
    want("10.0.0.99");
    var question = injection();
    assertEquals(Packet.parse(QUESTION), question.packet());
    var router = store.snapshot().index(LogicalSwitchPort.class, "name", "s1-r1").iterator().next();
    int port = store.snapshot().get(LogicalSwitchPort.class, router).orElseThrow().getTunnelKey();
    assertEquals(
        Map.of(Field.DATAPATH, Bits.of(RoutedHost.SWITCH), Field.INPORT, Bits.of(port)),
        question.registers());
    answer("10.0.0.99", "0c:99");
    assertEquals(
        text(Table.SWITCH_IN_LOOKUP, "eth 0e:01 > 0c:99 ip 10.9.9.9 > 10.0.0.99 icmp echo"),
        next());
    eventually("the row", () -> rows().size() == 1);
    var expected =
        MacBinding.newBuilder()
            .setLogicalPort("r1-s1")
            .setIp("10.0.0.99")
            .setMac("0c:00:00:00:00:99")
            .build();
    assertEquals(List.of(expected), rows());
  }

  @Test
  void whoDoesNotAnswerIsUnreachable() throws Exception {
    want("10.0.0.99");
    for (int i = 0; i < Limits.QUESTIONS; i++) {
      assertEquals(text(Table.SWITCH_IN_LOOKUP, QUESTION), next());
    }
    var error = injection();
    assertEquals(Answers.ROUTING, error.table());
    assertEquals(Bits.of(RoutedHost.ROUTER), error.registers().get(Field.DATAPATH));
    assertTrue(error.packet().toString().contains("ip 10.0.0.1 > 10.9.9.9"), error::toString);
    assertTrue(error.packet().toString().contains("icmp type 3 code 1"), error::toString);
  }

  @Test
  void aStormOfAnswersWritesNothing() throws Exception {
    long before = store.snapshot().revision();
    for (int i = 0; i < 50_000; i++) {
      answer("10.0.0." + (1 + i % 250), "0c:99");
    }
    want("10.0.0.99");
    assertEquals(text(Table.SWITCH_IN_LOOKUP, QUESTION), next());
    answer("10.0.0.99", "0c:99");
    eventually("the one that was asked", () -> rows().size() == 1);
    assertEquals(before + 1, store.snapshot().revision());
  }

  @Test
  void whatWasLearnedStaysWhileNoSwitchIsConnected() throws Exception {
    neighbours.close();
    threshold("1");
    learned("r1-s1");
    try (var alone = new NeighbourDiscovery(store, problems, Courier.NOBODY, Punted.NOTHING)) {
      Injector gone = injected::add;
      alone.connected(chassis, gone);
      alone.disconnected(chassis, gone);
      TimeUnit.SECONDS.sleep(8);
      assertEquals(1, rows().size());
      assertEquals(List.of(), List.copyOf(injected));
    }
  }

  @Test
  void whatWasLearnedBeforeIsAskedForAgainAndForgotten() throws Exception {
    neighbours.close();
    threshold("1");
    learned("r1-s1");
    learned("gone");
    begin();
    eventually("what no port has to go", () -> rows().size() == 1);
    assertEquals(text(Table.SWITCH_IN_LOOKUP, AGAIN), next());
    answer("10.0.0.99", "0c:99");
    for (int i = 1; i < Limits.QUESTIONS; i++) {
      assertEquals(text(Table.SWITCH_IN_LOOKUP, AGAIN), next());
    }
    assertEquals(text(Table.SWITCH_IN_LOOKUP, QUESTION), next());
    eventually("the row to go", () -> rows().isEmpty());
  }

  /** Two members: one's chassis asks, and the answer comes by one of the other's. */
  @Test
  void whatOneMemberHearsAnotherMayHaveAskedFor() throws Exception {
    neighbours.close();
    var earshot = new Earshot();
    try (var asking = member(earshot, "m1");
        var hearing = member(earshot, "m2")) {
      punted = asking;
      punted.connected(chassis, injected::add);
      want("10.0.0.99");
      assertEquals(text(Table.SWITCH_IN_LOOKUP, QUESTION), next());
      punted = hearing;
      earshot.of("m3").tell(NeighbourDiscovery.SOURCE, new byte[] {1, 2, 3});
      answer("10.0.0.99", "0c:99");
      eventually("the row", () -> rows().size() == 1);
      eventually("the packet that waited", () -> !injected.isEmpty());
    }
    begin();
  }

  private NeighbourDiscovery member(Earshot earshot, String name) {
    return new NeighbourDiscovery(store, problems, earshot.of(name), Punted.NOTHING);
  }

  @Test
  void rowsGoWithTheirPort() throws Exception {
    want("10.0.0.99");
    answer("10.0.0.99", "0c:99");
    eventually("the row", () -> rows().size() == 1);
    host.commit(Edit.delete(LogicalRouterPort.class, "r1-s1"));
    eventually("the row to go", () -> rows().isEmpty());
  }

  @Test
  void whatTheStoreCannotTakeNowIsWrittenLater() throws Exception {
    store.available(false);
    want("10.0.0.99");
    answer("10.0.0.99", "0c:99");
    TimeUnit.NANOSECONDS.sleep(5 * Limits.TICK.toNanos());
    assertEquals(List.of(), rows());
    store.available(true);
    eventually("the row", () -> rows().size() == 1);
  }
}
