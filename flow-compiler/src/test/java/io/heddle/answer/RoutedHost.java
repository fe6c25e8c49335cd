package io.heddle.answer;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Punt;
import io.heddle.model.Edit;
import io.heddle.model.MemoryStore;
import io.heddle.model.Outcome;
import io.heddle.trace.Packet;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.PortBinding;
import java.util.Map;
import java.util.UUID;

/**
 * A real store with chassis hv1, on it the port vm (10.0.0.2) of switch s1, and router r1 with the
 * port r1-s1 (10.0.0.1) at the switch's port s1-r1: the network of tests that stand for hv1's
 * switch.
 */
public final class RoutedHost {
  /** Keys of datapaths. */
  public static final int SWITCH = 1;

  public static final int ROUTER = 2;

  /** The key of r1-s1, the router's only port. */
  private static final int ROUTER_PORT = 1;

  private final MemoryStore store = new MemoryStore();
  private final UUID chassis;

  public RoutedHost() {
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
                .build()));
    chassis = store.snapshot().rows(Chassis.class).keySet().iterator().next();
    commit(
        Edit.put(
            PortBinding.newBuilder()
                .setLogicalPort("vm")
                .setChassis(chassis.toString())
                .setInterface("vm")
                .setOfport(1)
                .build()));
  }

  public MemoryStore store() {
    return store;
  }

  public UUID chassis() {
    return chassis;
  }

  public void commit(Operation... operations) {
    var outcome = store.commit(Edit.observation(operations)).join();
    assertInstanceOf(Outcome.Committed.class, outcome, outcome::toString);
  }

  /** Its switch hands over a packet that came to the router by its port. */
  public void heardByRouter(Punted punted, Punt why, String packet, Injector back) {
    var registers = Map.of(Field.DATAPATH, Bits.of(ROUTER), Field.INPORT, Bits.of(ROUTER_PORT));
    punt(punted, why, packet, registers, back);
  }

  /** Its switch hands a packet over. */
  public void punt(
      Punted punted, Punt why, String packet, Map<Field, Bits> registers, Injector back) {
    punted.punted(
        chassis, new PuntedPacket(new Action.Punt(why), Packet.parse(packet), registers), back);
  }
}
