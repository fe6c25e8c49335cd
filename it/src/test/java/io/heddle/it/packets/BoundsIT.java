package io.heddle.it.packets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.Floods;
import io.heddle.compiler.LargeNetworks;
import io.heddle.compiler.RouterPaths;
import io.heddle.openflow.wire.ListenException;
import io.heddle.trace.Packet;
import io.heddle.v1.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Networks that just fit into what Open vSwitch bears do work there, and cost it what the tracer
 * says; those beyond have a problem.
 */
class BoundsIT {
  private static final Packet BROADCAST = Packet.parse("eth 0a:77 > broadcast");
  private static final String TO_B =
      "eth 0a:01 > 0e:00:00:00:03:e8 ip 10.1.0.10 > 10.2.0.10 ttl 255 udp 1 > 2";
  private static final Packet PING =
      Packet.parse("eth 0a:01 > 0e:00:00:00:03:e8 ip 10.1.0.10 > 10.1.0.1 icmp echo");
  private static final Map<Integer, String> ENDS = Map.of(1, "a", 2, "b");

  private static SwitchPool pool;

  @BeforeAll
  static void start() throws IOException {
    pool = new SwitchPool(1);
  }

  @AfterAll
  static void stop() throws IOException {
    pool.close();
  }

  private static void sameCost(OneSwitch at, int ofport, Packet packet) {
    var explained = at.explain(ofport, packet);
    var effort = at.trace(ofport, packet).hops().get(0).effort();
    assertEquals(effort.lookUps(), explained.lookUps(), explained::text);
  }

  @Test
  void fiveHundredPortsAndThreeHundredRoutersInOneSwitch() throws ListenException {
    var rows = LargeNetworks.crowd(1, 500);
    rows.addAll(LargeNetworks.routersIn("s", 300));
    var ports = IntStream.range(0, 500).boxed().collect(Collectors.toMap(p -> p + 1, p -> "p" + p));
    try (var at = new OneSwitch(pool, rows, ports)) {
      assertEquals(List.of(), List.copyOf(at.problems()));
      sameCost(at, 1, BROADCAST);
      var reached = at.send("p0", BROADCAST);
      assertEquals(499, reached.size());
      assertTrue(reached.values().stream().allMatch(List.of(BROADCAST)::equals));
    }
  }

  @Test
  void theLargestFloodAndOneThatIsCut() throws ListenException {
    for (int more : List.of(0, 1)) {
      var rows = LargeNetworks.crowd(Floods.CHASSIS + more, Floods.PORTS + more);
      try (var at = new OneSwitch(pool, rows, Map.of(1, "p0"))) {
        assertEquals(2 * more, at.problems().size(), () -> at.problems().toString());
        sameCost(at, 1, BROADCAST);
        sameCost(at, 1, Packet.parse("eth 0a:77 > 0a:88 ip 10.0.0.1 > 10.0.0.2 udp 1 > 2"));
      }
    }
  }

  @Test
  void theLongestWayThroughRouters() throws ListenException {
    for (boolean linked : List.of(true, false)) {
      var rows = LargeNetworks.chain(RouterPaths.STEPS, linked);
      try (var at = new OneSwitch(pool, rows, ENDS)) {
        assertEquals(List.of(), List.copyOf(at.problems()));
        var packet = Packet.parse(TO_B);
        sameCost(at, 1, packet);
        assertEquals(Set.of("b"), at.send("a", packet).keySet());
        assertEquals(1, at.trace(1, packet).deliveries().size());
      }
    }
  }

  @Test
  void oneRouterMoreLosesThePacketAndNoOther() throws ListenException {
    lost(LargeNetworks.chain(RouterPaths.STEPS + 1, true), 1);
    lost(LargeNetworks.chain(RouterPaths.STEPS + 1, false), 1);
  }

  @Test
  void aLoopOfRoutersLosesThePacketAndNoOther() throws ListenException {
    var rows = new ArrayList<>(LargeNetworks.chain(3, false));
    rows.add(LargeNetworks.loop(3));
    lost(rows, 0);
  }

  private static void lost(List<Operation> rows, int problems) throws ListenException {
    try (var at = new OneSwitch(pool, rows, ENDS)) {
      assertEquals(problems, at.problems().size(), () -> at.problems().toString());
      var packet = Packet.parse(TO_B);
      assertEquals(Map.of(), at.send("a", packet));
      assertEquals(List.of(), at.trace(1, packet).deliveries());
      assertTrue(at.explain(1, packet).text().contains("over max translation depth"));
      assertEquals(Set.of("a"), at.send("a", PING).keySet());
    }
  }
}
