package io.heddle.it.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.ControllerProcess;
import io.heddle.it.Northbound;
import io.heddle.it.lab.Host;
import io.heddle.it.lab.Lab;
import io.heddle.it.lab.Vm;
import io.heddle.v1.LogicalSwitchPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A network that ovn-nbctl alone made and changes, with real hosts and VMs. */
class NbctlNetworkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path NETWORK = Path.of("src/test/resources/network.nbctl");

  @TempDir Path folder;

  private static void succeeds(Nbctl nbctl, String line) {
    var answer = nbctl.run(line);
    assertEquals(0, answer.status(), () -> line + ": " + answer.output());
  }

  private static Vm vm(Lab lab, int number, Host host, String addresses, String gateway) {
    var mac = "02:00:00:00:00:0" + number;
    return lab.vm("vm" + number, host, "p" + number, mac, addresses, "--gateway", gateway);
  }

  @Test
  @Timeout(600)
  void carriesPackets() throws Exception {
    var controller = ControllerProcess.in(folder);
    try (var lab = Lab.up(controller.ports().ovsdb());
        controller) {
      controller.start();
      var hv1 = lab.host("hv1", "192.0.2.1");
      var hv2 = lab.host("hv2", "192.0.2.2");
      var nbctl = new Nbctl(controller.ports().northbound());
      for (var line : Files.readAllLines(NETWORK)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          succeeds(nbctl, line);
        }
      }
      var vm1 = vm(lab, 1, hv1, "10.0.1.11/24", "10.0.1.1");
      vm(lab, 2, hv2, "10.0.1.12/24", "10.0.1.1");
      vm(lab, 3, hv2, "10.0.2.13/24", "10.0.2.1");
      vm(lab, 4, hv2, "10.0.3.14/24", "10.0.3.1");
      for (var port : new String[] {"p1", "p2", "p3", "p4"}) {
        succeeds(nbctl, "--timeout=60 wait-until Logical_Switch_Port " + port + " up=true");
      }
      succeeds(nbctl, "--wait=hv sync");
      for (var address : new String[] {"10.0.1.12", "10.0.2.13", "10.0.3.14"}) {
        vm1.awaitReaches(address, PATIENCE);
      }
      // What is changed holds everywhere once --wait=hv is through.
      succeeds(nbctl, "--wait=hv lsp-set-enabled p2 disabled");
      assertFalse(vm1.reaches("10.0.1.12"));
      succeeds(nbctl, "--wait=hv lr-route-del r1 10.0.3.0/24");
      assertFalse(vm1.reaches("10.0.3.14"));
      succeeds(nbctl, "--wait=hv lsp-set-enabled p2 enabled");
      succeeds(nbctl, "--wait=hv lr-route-add r1 10.0.3.0/24 100.64.0.2");
      assertTrue(vm1.reaches("10.0.1.12"));
      assertTrue(vm1.reaches("10.0.3.14"));
      assertBothDoorsShowTheSame(controller, nbctl);
    }
  }

  private static void assertBothDoorsShowTheSame(ControllerProcess controller, Nbctl nbctl) {
    try (var northbound = new Northbound(controller.ports().grpc())) {
      var dynamic =
          northbound.rows(LogicalSwitchPort.class).stream()
              .filter(port -> port.getName().equals("d1"))
              .findFirst()
              .orElseThrow();
      assertEquals("10.0.2.2", dynamic.getDynamicAddresses().split(" ")[1]);
      var told = nbctl.run("get Logical_Switch_Port d1 dynamic_addresses").output().strip();
      assertEquals("\"" + dynamic.getDynamicAddresses() + "\"", told);
    }
  }
}
