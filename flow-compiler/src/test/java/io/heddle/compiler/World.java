package io.heddle.compiler;

import io.heddle.feature.Features;
import io.heddle.model.Applied;
import io.heddle.model.Change;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Replay;
import io.heddle.model.Snapshot;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.PortBinding;
import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A network under test: the real state machine, with the compiler following each of its steps. */
public final class World {
  private Snapshot snapshot = Snapshot.empty();
  private final Network network = new Network(Features.ALL);

  public World() {
    network.update(snapshot, List.of());
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  public Network network() {
    return network;
  }

  public Network.Step commit(Operation... operations) {
    return commit(Edit.transaction(operations));
  }

  public Network.Step observe(Operation... operations) {
    return commit(Edit.observation(operations));
  }

  public Network.Step commit(Transaction transaction) {
    var applied = apply(transaction);
    return network.update(applied.snapshot(), applied.changes());
  }

  /** Commits without compiling; the changes are the caller's to pass on. */
  public List<Change> commitOnly(Transaction transaction) {
    return apply(transaction).changes();
  }

  private Applied apply(Transaction transaction) {
    var applied = Replay.apply(snapshot, transaction);
    if (applied.outcome() instanceof Outcome.Refused refused) {
      throw new IllegalStateException(refused.violations().toString());
    }
    snapshot = applied.snapshot();
    return applied;
  }

  public UUID uuid(Class<? extends com.google.protobuf.Message> type, String name) {
    return snapshot.named(io.heddle.model.Schema.rows().kind(type), name).iterator().next();
  }

  public static Operation logicalSwitch(String name) {
    return Edit.put(LogicalSwitch.newBuilder().setName(name).build());
  }

  public static Operation port(String name, String logicalSwitch, String... addresses) {
    return Edit.put(
        LogicalSwitchPort.newBuilder()
            .setName(name)
            .setLogicalSwitch(logicalSwitch)
            .addAllAddresses(List.of(addresses))
            .build());
  }

  public static List<Operation> chassis(String name, int number, String... encapsulations) {
    var operations = new ArrayList<Operation>();
    operations.add(Edit.put(Chassis.newBuilder().setName(name).build()));
    for (var type : encapsulations) {
      operations.add(
          Edit.put(
              Encap.newBuilder()
                  .setChassis(name)
                  .setType(type)
                  .setIp("192.0." + number / 250 + "." + (number % 250 + 1))
                  .build()));
    }
    return operations;
  }

  public static Operation bind(String port, String chassis, int ofport) {
    return Edit.put(
        PortBinding.newBuilder()
            .setLogicalPort(port)
            .setChassis(chassis)
            .setInterface("if" + ofport)
            .setOfport(ofport)
            .build());
  }

  /** Switches of ports over chassis, round robin, each port bound: s0-p0 and so on. */
  public static World of(int switches, int portsPerSwitch, int chassis) {
    var world = new World();
    var changes = new ArrayList<Change>();
    var hosts = new ArrayList<Operation>();
    for (int c = 0; c < chassis; c++) {
      hosts.addAll(chassis("hv" + c, c, "geneve"));
    }
    changes.addAll(world.commitOnly(Edit.observation(hosts)));
    for (int s = 0; s < switches; s++) {
      var operations = new ArrayList<Operation>();
      operations.add(logicalSwitch("s" + s));
      for (int p = 0; p < portsPerSwitch; p++) {
        int number = s * portsPerSwitch + p;
        operations.add(port("s" + s + "-p" + p, "s" + s, address(number)));
        operations.add(bind("s" + s + "-p" + p, "hv" + number % chassis, 1 + number / chassis));
      }
      changes.addAll(world.commitOnly(Edit.observation(operations)));
    }
    world.network.update(world.snapshot, changes);
    return world;
  }

  /** "MAC IP" of the port of that number. */
  public static String address(int number) {
    return String.format(
        "02:00:00:%02x:%02x:%02x 10.%d.%d.%d",
        number >> 16 & 255,
        number >> 8 & 255,
        number & 255,
        number >> 16 & 255,
        number >> 8 & 255,
        number & 255);
  }
}
