package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.Network;
import io.heddle.feature.Features;
import io.heddle.flow.Table;
import io.heddle.it.PlainController.Ports;
import io.heddle.it.lab.Host;
import io.heddle.it.lab.Lab;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Schema;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** After any history each switch holds exactly the compiled flows. */
class RandomCommitsIT {
  private static final int COMMITS = Integer.getInteger("heddle.random.commits", 1_000);
  private static final long SEED = Long.getLong("heddle.random.seed", System.nanoTime());
  private static final int HOSTS = 3;
  private static final int INTERFACES = 6;
  private static final int PORTS = 40;
  private static final int SWITCHES = 5;
  private static final Pattern FLOW = Pattern.compile("cookie=0x([0-9a-f]+), .*? table=(\\d+),");

  @TempDir Path folder;
  private final Random random = new Random(SEED);

  @Test
  @Timeout(300)
  void everySwitchHoldsExactlyTheCompiledFlows() throws Exception {
    var ports = Ports.free();
    try (var controller = new PlainController(folder.resolve("data"), ports);
        var lab = Lab.up(ports.ovsdb())) {
      var hosts = hosts(lab);
      commit(controller, false, switches());
      int committed = 0;
      for (int i = 0; i < COMMITS; i++) {
        if (i % 10 == 0) {
          claim(hosts.get("hv" + random.nextInt(HOSTS)));
        }
        committed += commit(controller, true, operation(controller)) ? 1 : 0;
        checkCompiler(controller, i);
      }
      assertTrue(committed > COMMITS / 2, "only " + committed + " commits went through");
      checkCompiler(controller, COMMITS);
      hosts.forEach((name, host) -> awaitSettled(controller, name, host));
    }
  }

  private Map<String, Host> hosts(Lab lab) {
    var hosts = new HashMap<String, Host>();
    for (int h = 0; h < HOSTS; h++) {
      var host = lab.host("hv" + h, "192.0.2." + (h + 1));
      Northbound.await(
          "the bridge of " + h,
          Duration.ofSeconds(20),
          () -> host.vsctl("list-br").contains("br-int"));
      for (int i = 0; i < INTERFACES; i++) {
        host.vsctl(
            "add-port", "br-int", "if" + i, "--", "set", "Interface", "if" + i, "type=internal");
      }
      hosts.put("hv" + h, host);
    }
    return hosts;
  }

  private static Operation[] switches() {
    var operations = new ArrayList<Operation>();
    for (int s = 0; s < SWITCHES; s++) {
      operations.add(Edit.put(LogicalSwitch.newBuilder().setName("s" + s).build()));
    }
    return operations.toArray(Operation[]::new);
  }

  /** Some interface becomes some port, whoever had the port before. */
  private void claim(Host host) {
    host.vsctl(
        "set",
        "Interface",
        "if" + random.nextInt(INTERFACES),
        "external_ids:iface-id=p" + random.nextInt(PORTS));
  }

  private Operation operation(PlainController controller) {
    var name = "p" + random.nextInt(PORTS);
    var known = controller.store().snapshot().index(LogicalSwitchPort.class, "name", name);
    if (!known.isEmpty() && random.nextInt(4) == 0) {
      return Edit.delete(LogicalSwitchPort.class, name);
    }
    var port =
        LogicalSwitchPort.newBuilder()
            .setName(name)
            .setLogicalSwitch("s" + random.nextInt(SWITCHES));
    if (random.nextInt(8) == 0) {
      port.addAddresses("unknown");
    }
    if (random.nextInt(8) == 0) {
      port.setEnabled(random.nextBoolean());
    }
    int number = random.nextInt(200);
    port.addAddresses(String.format("02:00:00:00:01:%02x 10.1.0.%d", number, number));
    return Edit.put(port.build());
  }

  private boolean commit(PlainController controller, boolean mayFail, Operation... operations)
      throws Exception {
    var outcome = controller.store().commit(Edit.transaction(operations)).get(30, TimeUnit.SECONDS);
    assertTrue(mayFail || outcome instanceof Outcome.Committed, outcome::toString);
    return outcome instanceof Outcome.Committed;
  }

  /** Reads the compiler between two of its steps, so that revision and flows belong together. */
  private static void checkCompiler(PlainController controller, int commits) throws Exception {
    controller
        .compiler()
        .read(
            incremental -> {
              var scratch = Network.of(Features.ALL, incremental.snapshot());
              assertEquals(
                  plans(scratch), plans(incremental), "seed " + SEED + " after " + commits);
              return null;
            })
        .get(30, TimeUnit.SECONDS);
  }

  private static Map<UUID, Set<String>> plans(Network network) {
    var plans = new HashMap<UUID, Set<String>>();
    network.chassis().forEach(c -> plans.put(c, plan(network, c)));
    return plans;
  }

  private static Set<String> plan(Network network, UUID chassis) {
    var flows = new TreeSet<String>();
    network
        .plan(chassis)
        .flatMap(unit -> unit.flows().stream())
        .forEach(f -> flows.add(f.table().number() + " " + Long.toHexString(f.cookie())));
    return flows;
  }

  private static Set<String> installed(Host host) {
    var flows = new TreeSet<String>();
    for (var line : List.of(host.ofctl("dump-flows", "br-int").split("\n"))) {
      var flow = FLOW.matcher(line);
      if (flow.find() && !learned(Integer.parseInt(flow.group(2)))) {
        flows.add(flow.group(2) + " " + flow.group(1));
      }
    }
    return flows;
  }

  private static boolean learned(int table) {
    return Table.of(table).filter(Table::learned).isPresent();
  }

  private static void awaitSettled(PlainController controller, String name, Host host) {
    var last = new ArrayList<Set<String>>();
    try {
      Northbound.await(
          name + " to hold what was compiled",
          Duration.ofSeconds(20),
          () -> {
            last.clear();
            last.add(compiled(controller, name));
            last.add(installed(host));
            return !last.get(0).isEmpty() && last.get(0).equals(last.get(1));
          });
    } catch (AssertionError e) {
      assertEquals(last.get(0), last.get(1), name + ", seed " + SEED);
      throw e;
    }
  }

  private static Set<String> compiled(PlainController controller, String name) {
    var uuid =
        controller
            .store()
            .snapshot()
            .named(Schema.rows().kind(Chassis.class), name)
            .iterator()
            .next();
    return controller.compiler().read(network -> plan(network, uuid)).join();
  }
}
