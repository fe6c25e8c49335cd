package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.lab.Host;
import io.heddle.it.lab.Vm;
import io.heddle.model.Edit;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** VMs in switches that are linked with each other, on two hosts, with a link too many. */
@Timeout(300)
class SwitchLinkIT extends LabTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** p2's addresses nobody is told. */
  private static final String NETWORK =
      """
      - {kind: LogicalSwitch, name: blue}
      - {kind: LogicalSwitch, name: red}
      - {kind: LogicalSwitchPort, name: p1, logical_switch: blue, addresses: ["02:00:00:00:00:01 10.0.0.1 fd00::1"]}
      - {kind: LogicalSwitchPort, name: p2, logical_switch: red, addresses: [unknown]}
      - {kind: LogicalSwitchPort, name: p3, logical_switch: red, addresses: ["02:00:00:00:00:03 10.0.0.3 fd00::3"]}
      - {kind: LogicalSwitchPort, name: blue-red, logical_switch: blue, type: switch, peer: red-blue}
      - {kind: LogicalSwitchPort, name: red-blue, logical_switch: red, type: switch, peer: blue-red}
      - {kind: LogicalSwitchPort, name: again, logical_switch: blue, type: switch, peer: once-more}
      - {kind: LogicalSwitchPort, name: once-more, logical_switch: red, type: switch, peer: again}
      """;

  private Vm vm(int number, Host host) {
    return vm(number, host, "10.0.0.%d/24,fd00::%d/64".formatted(number, number));
  }

  @ParameterizedTest
  @ValueSource(strings = {"geneve", "vxlan"})
  void vmsOfLinkedSwitchesReachEachOther(String encapsulation) {
    controller.start();
    var hv1 = lab.host("hv1", "192.0.2.1", "--encap", encapsulation);
    var hv2 = lab.host("hv2", "192.0.2.2", "--encap", encapsulation);
    northbound.commit(NETWORK);
    var vm1 = vm(1, hv1);
    vm(2, hv2);
    var vm3 = vm(3, hv1);
    northbound.awaitUp("p1", "p2", "p3", "blue-red", "red-blue");
    // A port is up when its own host has it; the other one may be about to hear where it is.
    northbound.awaitInstalled();
    for (var address : new String[] {"10.0.0.2", "fd00::2", "10.0.0.3", "fd00::3"}) {
      vm1.awaitReaches(address, PATIENCE);
      var result = vm1.pingAnswered(address, 20, Duration.ofMillis(20));
      assertTrue(result.lossless(), () -> address + ": " + result);
    }
    vm3.awaitReaches("10.0.0.2", PATIENCE);
    assertTrue(
        northbound.problems().stream().anyMatch(p -> p.getMessage().contains("closes a loop")),
        () -> "nobody names the link too many: " + northbound.problems());

    northbound.install(end("red-blue", "red", "blue-red", false));
    northbound.install(end("once-more", "red", "again", false));
    assertTrue(!vm1.reaches("10.0.0.3"), "the links are cut");
    northbound.install(end("once-more", "red", "again", true));
    vm1.awaitReaches("10.0.0.2", PATIENCE);
  }

  private static Operation end(String name, String owner, String peer, boolean enabled) {
    return Edit.put(
        LogicalSwitchPort.newBuilder()
            .setName(name)
            .setLogicalSwitch(owner)
            .setType("switch")
            .setPeer(peer)
            .setEnabled(enabled)
            .build());
  }
}
