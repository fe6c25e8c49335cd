package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.median;
import static io.heddle.it.bench.Figures.print;

import io.heddle.compiler.World;
import io.heddle.it.Northbound;
import io.heddle.it.PlainController;
import io.heddle.it.PlainController.Ports;
import io.heddle.it.lab.Host;
import io.heddle.it.lab.Lab;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Schema;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * 100,000 flows to one Open vSwitch, from the commit that asks for them to the switch's
 * confirmation, against ovs-ofctl with the same flows and the same ovs-vswitchd. A switch of 25,000
 * ports gets its first port on the host, so that the host needs all of its flows at once.
 */
class FlowPushBench {
  private static final int PORTS = 25_000;
  private static final int ROUNDS = 7;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  @Timeout(600)
  void aHundredThousandFlows() throws Exception {
    var ports = Ports.free();
    try (var controller = new PlainController(folder.resolve("data"), ports);
        var lab = Lab.up(ports.ovsdb())) {
      var host = lab.host("hv1", "192.0.2.1");
      Northbound.await("the host", PATIENCE, () -> host.vsctl("list-br").contains("br-int"));
      host.vsctl(
          "--",
          "add-port",
          "br-int",
          "if0",
          "--",
          "set",
          "Interface",
          "if0",
          "type=internal",
          "external_ids:iface-id=here");
      host.vsctl("--", "add-br", "br-peer", "--", "set", "Bridge", "br-peer", "fail_mode=secure");
      host.vsctl("--", "set", "Bridge", "br-peer", "datapath_type=netdev");
      fill(controller);
      install(controller, here(true));
      int flows = dump(host);

      var ours = new double[ROUNDS];
      var theirs = new double[ROUNDS];
      for (int i = -2; i < ROUNDS; i++) {
        install(controller, here(false));
        double peer = addFlows(host);
        double own = install(controller, here(true));
        if (i >= 0) {
          ours[i] = own;
          theirs[i] = peer;
        }
      }
      print(
          "%,d flows to one switch: commit to confirmed %.0f ms, ovs-ofctl --bundle add-flows %.0f ms, ratio %.2f",
          flows, median(ours), median(theirs), median(ours) / median(theirs));
    }
  }

  private static Operation here(boolean enabled) {
    return Edit.put(
        LogicalSwitchPort.newBuilder()
            .setName("here")
            .setLogicalSwitch("s0")
            .setEnabled(enabled)
            .build());
  }

  private static void fill(PlainController controller) throws Exception {
    commit(controller, new ArrayList<>(List.of(World.logicalSwitch("s0"), here(false))));
    commit(controller, World.chassis("far", 1, "geneve"));
    for (int from = 0; from < PORTS; from += 5_000) {
      var operations = new ArrayList<Operation>();
      for (int p = from; p < from + 5_000; p++) {
        operations.add(World.port("p" + p, "s0", World.address(p)));
        operations.add(World.bind("p" + p, "far", 1 + p));
      }
      commit(controller, operations);
    }
  }

  private static long commit(PlainController controller, List<Operation> operations)
      throws Exception {
    var outcome = controller.store().commit(Edit.observation(operations)).get();
    if (outcome instanceof Outcome.Committed committed) {
      return committed.receipt().getRevision();
    }
    throw new IllegalStateException("" + outcome);
  }

  /** Milliseconds until the host confirmed. */
  private static double install(PlainController controller, Operation operation) throws Exception {
    var hv1 =
        controller
            .store()
            .snapshot()
            .named(Schema.rows().kind(Chassis.class), "hv1")
            .iterator()
            .next();
    long start = System.nanoTime();
    long revision = commit(controller, List.of(operation));
    controller.progress().whenInstalled(revision).get();
    double elapsed = (System.nanoTime() - start) / 1e6;
    if (controller.progress().installed(hv1).orElse(0) < revision) {
      throw new IllegalStateException("hv1 is not connected");
    }
    return elapsed;
  }

  private static int dump(Host host) {
    return Integer.parseInt(
        host.run(
                "bash",
                "-c",
                "ovs-ofctl -O OpenFlow13 dump-flows --no-stats br-int | grep cookie= > $OVS_RUNDIR/flows;"
                    + " ovs-ofctl -O OpenFlow13 add-tlv-map br-peer"
                    + " '{class=0x102,type=0x80,len=4}->tun_metadata0';"
                    + " ovs-ofctl -O OpenFlow13 del-flows br-peer; wc -l < $OVS_RUNDIR/flows")
            .strip());
  }

  /** Milliseconds that ovs-ofctl takes, measured beside it. */
  private static double addFlows(Host host) {
    var took =
        host.run(
            "bash",
            "-c",
            "t=$(date +%s%N);"
                + " ovs-ofctl -O OpenFlow13 --bundle add-flows br-peer $OVS_RUNDIR/flows || exit 1;"
                + " echo $(($(date +%s%N) - t));"
                + " ovs-ofctl -O OpenFlow13 del-flows br-peer");
    return Long.parseLong(took.strip()) / 1e6;
  }
}
