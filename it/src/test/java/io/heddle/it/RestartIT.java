package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.lab.Host;
import io.heddle.it.lab.Lab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The data plane never notices the controller. */
class RestartIT {
  private static final int RESTARTS = 20;
  private static final Pattern FLOW =
      Pattern.compile("cookie=(\\S+), duration=([0-9.]+)s, (table=\\d+)");

  @TempDir Path folder;

  /** By cookie and table, the seconds each flow has been there. */
  static Map<String, Double> durations(Host host) {
    var durations = new TreeMap<String, Double>();
    for (var line : host.ofctl("dump-flows", "br-int").split("\n")) {
      var flow = FLOW.matcher(line);
      if (flow.find()) {
        durations.put(flow.group(1) + " " + flow.group(3), Double.valueOf(flow.group(2)));
      }
    }
    return durations;
  }

  @Test
  @Timeout(600)
  void aControllerKilledAndStartedAgainCostsNoPacketAndNoFlow() {
    var controller = ControllerProcess.in(folder);
    try (var lab = Lab.up(controller.ports().ovsdb());
        var northbound = new Northbound(controller.ports().grpc());
        controller) {
      controller.start();
      var hv1 = lab.host("hv1", "192.0.2.1");
      var hv2 = lab.host("hv2", "192.0.2.2");
      var vm1 = lab.vm("vm1", hv1, "p1", FirstLightIT.mac(1), FirstLightIT.ip(1) + "/24");
      lab.vm("vm2", hv2, "p2", FirstLightIT.mac(2), FirstLightIT.ip(2) + "/24");
      northbound.commit(FirstLightIT.network(2));
      northbound.awaitUp("p1", "p2");
      northbound.install(FirstLightIT.port("p3", FirstLightIT.mac(3)));
      vm1.awaitReaches(FirstLightIT.ip(2), Duration.ofSeconds(10));

      var before = Map.of(hv1, durations(hv1), hv2, durations(hv2));
      before.values().forEach(f -> assertTrue(f.size() > 15, "hardly any flows: " + f));
      long started = System.nanoTime();
      try (var ping = vm1.startPing(FirstLightIT.ip(2), Duration.ofMillis(10))) {
        for (int i = 0; i < RESTARTS; i++) {
          controller.kill();
          controller.start();
          // Waits for both hosts, which must first have been found and compared.
          awaitConnected(northbound, 2);
          northbound.install();
        }
        var result = ping.stop();
        assertTrue(result.lossless(), result::toString);
      }
      double elapsed = (System.nanoTime() - started) / 1e9;
      before.forEach((host, flows) -> assertEquals(flows.keySet(), durations(host).keySet()));
      before.forEach((host, flows) -> assertStayed(host, flows, elapsed));
      northbound.install(FirstLightIT.port("p4", FirstLightIT.mac(4)));
      before.forEach(
          (host, flows) ->
              assertTrue(
                  durations(host).size() > flows.size(),
                  () -> "the controller no longer controls " + host.name()));
    }
  }

  /** Each flow has been there all the seconds since it was looked at before. */
  static void assertStayed(Host host, Map<String, Double> before, double elapsed) {
    var after = durations(host);
    var gone = new TreeSet<>(before.keySet());
    gone.removeAll(after.keySet());
    assertEquals(Set.of(), gone, host.name());
    before.forEach(
        (flow, seconds) ->
            assertTrue(
                after.get(flow) >= seconds + elapsed - 1,
                () -> host.name() + ": " + flow + " was added anew: " + after.get(flow) + " s"));
  }

  private static void awaitConnected(Northbound northbound, int hosts) {
    Northbound.await(
        "all hosts to connect", Duration.ofSeconds(30), () -> northbound.connected() == hosts);
  }
}
