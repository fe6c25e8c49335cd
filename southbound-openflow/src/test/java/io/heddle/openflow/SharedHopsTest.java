package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.model.Eventually;
import io.heddle.model.MemoryStore;
import io.heddle.packets.Scene;
import io.heddle.packets.Script;
import io.heddle.trace.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Which of several next hops a real switch sends connections to, and which stay when hops change.
 */
class SharedHopsTest {
  private static final String NETWORK =
      """
      host hv1 geneve 192.0.2.1
      switch s1
      switch s9
      port p1 on s1 at hv1 addresses "0a:01 10.0.1.11"
      port fw1 on s9 at hv1 addresses "0a:91 10.9.0.11"
      port fw2 on s9 at hv1 addresses "0a:92 10.9.0.12"
      port fw3 on s9 at hv1 addresses "0a:93 10.9.0.13"
      port fw4 on s9 at hv1 addresses "0a:94 10.9.0.14"
      row LogicalRouter name=r1
      row LogicalRouterPort name=r1-s1 logical_router=r1 mac=0e:01 networks=10.0.1.1/24
      row LogicalRouterPort name=r1-s9 logical_router=r1 mac=0e:09 networks=10.9.0.1/24
      row LogicalSwitchPort name=s1-r1 logical_switch=s1 type=router addresses=router options.router-port=r1-s1
      row LogicalSwitchPort name=s9-r1 logical_switch=s9 type=router addresses=router options.router-port=r1-s9
      """;

  private static final int CONNECTIONS = 10_000;
  private static final int FIRST_PORT = 20_000;

  /** Bytes that the capture of a port has before all frames, and for one of these. */
  private static final int HEAD = 24;

  private static final int RECORD = 16;

  /** Where a frame's source port stands, in hexadecimal digits. */
  private static final int SOURCE_PORT = 2 * (14 + 20);

  /** Of a share. */
  private static final double UNEVEN = 0.1;

  @TempDir Path folder;

  private enum By {
    ROUTES {
      @Override
      String to(int... hops) {
        return Arrays.stream(hops)
            .mapToObj(
                h -> "row StaticRoute logical_router=r1 ip_prefix=10.0.2.0/24 nexthop=" + ip(h))
            .collect(Collectors.joining("\n"));
      }
    },
    POLICIES {
      @Override
      String to(int... hops) {
        return "row StaticRoute logical_router=r1 ip_prefix=10.0.2.0/24 nexthop=10.9.0.99\n"
            + "row LogicalRouterPolicy logical_router=r1 priority=5 action=reroute match=ip4"
            + Arrays.stream(hops).mapToObj(h -> " nexthops=" + ip(h)).collect(Collectors.joining());
      }
    };

    abstract String to(int... hops);

    static String ip(int hop) {
      return "10.9.0.1" + hop;
    }
  }

  private static void become(Controller controller, UUID chassis, OvsSwitch host, Path file)
      throws IOException {
    var script = Script.read(file);
    var scene = new Scene(new MemoryStore(), Scene.Witness.NOBODY);
    for (var entry : script.entries()) {
      script.play(entry, scene);
    }
    var compiled = scene.network().chassis().iterator().next();
    controller.install(chassis, scene.network().plan(compiled).toList());
    host.appctl("revalidator/purge");
  }

  private Path script(String rows) throws IOException {
    return Files.writeString(folder.resolve("network.packets"), NETWORK + rows + "\n");
  }

  private static Packet syn(int connection) {
    return Packet.parse(
        "eth 0a:01 > 0e:01 ip 10.0.1.11 > 10.0.2.12 ttl 64 tcp %d > 80"
            .formatted(FIRST_PORT + connection));
  }

  private static String port(int hop) {
    return "fw" + hop;
  }

  /** The hop that each connection's first packet goes to. */
  private static int[] choices(OvsSwitch host) {
    var before = IntStream.rangeClosed(1, 4).map(hop -> host.sent(port(hop)).size()).toArray();
    int length = RECORD + syn(0).bytes().length;
    long sent = Arrays.stream(before).sum();
    for (int from = 0; from < CONNECTIONS; from += OvsSwitch.PORT_HOLDS) {
      host.receive(
          "p1",
          IntStream.range(from, from + OvsSwitch.PORT_HOLDS).mapToObj(c -> syn(c).hex()).toList());
      sent += OvsSwitch.PORT_HOLDS;
      Eventually.becomes(
          sent,
          () ->
              IntStream.rangeClosed(1, 4)
                  .mapToLong(hop -> Math.max(0, host.captured(port(hop)) - HEAD) / length)
                  .sum());
    }
    var choices = new int[CONNECTIONS];
    for (int hop = 1; hop <= 4; hop++) {
      int chosen = hop;
      host.sent(port(hop)).stream()
          .skip(before[hop - 1])
          .map(frame -> Integer.parseInt(frame.substring(SOURCE_PORT, SOURCE_PORT + 4), 16))
          .forEach(source -> choices[source - FIRST_PORT] = chosen);
    }
    return choices;
  }

  private static double share(IntPredicate connections) {
    return IntStream.range(0, CONNECTIONS).filter(connections).count() / (double) CONNECTIONS;
  }

  private static void assertEven(int[] choices, int... hops) {
    for (int hop : hops) {
      double even = 1.0 / hops.length;
      assertEquals(even, share(c -> choices[c] == hop), UNEVEN * even, "hop " + hop);
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectionsAreSharedEvenlyAndMoveSeldom(By by) throws IOException {
    try (var host = OvsSwitch.start(0x2100 + by.ordinal());
        var controller = new Controller()) {
      host.dummyPort("p1", 1);
      for (int hop = 1; hop <= 4; hop++) {
        host.dummyPort(port(hop), 1 + hop);
      }
      host.connect(controller.port());
      var chassis = controller.chassis("hv1", host);

      become(controller, chassis, host, script(by.to(1, 2, 3)));
      var three = choices(host);
      assertEven(three, 1, 2, 3);

      // One more, in the last place, takes its share and no other connection moves.
      become(controller, chassis, host, script(by.to(1, 2, 3, 4)));
      var four = choices(host);
      assertEven(four, 1, 2, 3, 4);
      assertEquals(share(c -> four[c] == 4), share(c -> four[c] != three[c]));

      // Without it all is as before, whatever else the router's rows say.
      become(
          controller,
          chassis,
          host,
          script(
              by.to(1, 2, 3)
                  + "\nrow LogicalRouterPolicy logical_router=r1 priority=9 action=drop match=udp"
                  + "\nrow StaticRoute logical_router=r1 ip_prefix=10.0.3.0/24 nexthop=10.9.0.14"));
      assertEquals(
          Map.of(), differing(three, choices(host)), "another route or policy moves nobody");

      // One fewer in the first place moves the places of all behind it: few stay.
      become(controller, chassis, host, script(by.to(2, 3)));
      var two = choices(host);
      assertEven(two, 2, 3);
      double stayed = share(c -> two[c] == three[c]);
      assertEquals(1.0 / 6, stayed, UNEVEN / 2);
    }
  }

  private static Map<Integer, List<Integer>> differing(int[] one, int[] other) {
    return IntStream.range(0, CONNECTIONS)
        .filter(c -> one[c] != other[c])
        .boxed()
        .collect(Collectors.toMap(c -> c, c -> List.of(one[c], other[c])));
  }
}
