package io.heddle.bfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.heddle.answer.RoutedHost;
import io.heddle.model.Change;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.Bfd;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.PortBinding;
import io.heddle.v1.StaticRoute;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WishesTest {
  private final RoutedHost host = new RoutedHost();
  private final Store store = host.store().sound();
  private final Wishes wishes = new Wishes();
  private final Random random = new Random(7);
  private Snapshot snapshot;
  private final Store.Subscription subscription = store.subscribe(this::follow);

  WishesTest() {
    snapshot = subscription.from();
    wishes.begin(snapshot);
  }

  @AfterEach
  void end() {
    subscription.close();
  }

  private void follow(Snapshot after, List<Change> changes) {
    snapshot = after;
    changes.forEach(change -> wishes.follow(after, change));
  }

  private boolean commit(Operation operation) {
    var outcome = store.commit(Edit.observation(operation)).join();
    return outcome instanceof Outcome.Committed;
  }

  private static Map<UUID, Wish> all(Wishes wishes) {
    var all = new HashMap<UUID, Wish>();
    wishes.rows().forEach(row -> all.put(row, wishes.of(row).orElseThrow()));
    return all;
  }

  private <T extends Message> List<UUID> uuids(Class<T> type) {
    return snapshot.rows(type).keySet().stream().toList();
  }

  /** Nothing where there is none. */
  private UUID pick(List<UUID> uuids) {
    return uuids.isEmpty() ? new UUID(0, 0) : uuids.get(random.nextInt(uuids.size()));
  }

  private String ip() {
    return "10.0.0." + (2 + random.nextInt(4));
  }

  private String network() {
    return "s" + (1 + random.nextInt(3));
  }

  private int few() {
    return random.nextInt(6);
  }

  private static LogicalRouterPort routerPort(String name, String router, String address) {
    return LogicalRouterPort.newBuilder()
        .setName(name)
        .setLogicalRouter(router)
        .setMac("0e:00:00:00:00:01")
        .addNetworks(address)
        .build();
  }

  private static LogicalSwitchPort leading(String name, String network, String routerPort) {
    return LogicalSwitchPort.newBuilder()
        .setName(name)
        .setLogicalSwitch(network)
        .setType("router")
        .addAddresses("router")
        .putOptions("router-port", routerPort)
        .build();
  }

  private LogicalSwitchPort vm() {
    var port = LogicalSwitchPort.newBuilder().setName("vm" + few()).setLogicalSwitch(network());
    return switch (random.nextInt(3)) {
      case 0 -> port.addAddresses("unknown").build();
      case 1 -> port.addAddresses("0a:00:00:00:00:0" + few() + " " + ip()).build();
      default -> port.build();
    };
  }

  private LogicalSwitchPort link() {
    int from = 1 + random.nextInt(3);
    int to = 1 + from % 3;
    boolean back = random.nextBoolean();
    return LogicalSwitchPort.newBuilder()
        .setName(back ? to + "to" + from : from + "to" + to)
        .setLogicalSwitch("s" + (back ? to : from))
        .setType("switch")
        .setPeer(back ? from + "to" + to : to + "to" + from)
        .build();
  }

  /** Something that may be refused. */
  private Operation operation() {
    return switch (random.nextInt(16)) {
      case 0 -> Edit.put(LogicalSwitch.newBuilder().setName(network()).build());
      case 1 -> Edit.put(Chassis.newBuilder().setName("hv" + few()).build());
      case 2 -> Edit.put(LogicalRouter.newBuilder().setName("r" + (1 + few() % 2)).build());
      case 3 -> Edit.put(routerPort("rp" + few() % 2, "r" + (1 + few() % 2), ip() + "/24"));
      case 4 -> Edit.put(leading("l" + few(), network(), "rp" + few() % 2));
      case 5, 6 -> Edit.put(vm());
      case 7 -> Edit.put(link());
      case 8, 9 ->
          Edit.put(
              PortBinding.newBuilder()
                  .setLogicalPort("vm" + few())
                  .setChassis(pick(uuids(Chassis.class)).toString())
                  .setInterface("i" + random.nextInt(100))
                  .setOfport(few())
                  .build());
      case 10 ->
          Edit.put(
              Bfd.newBuilder()
                  .setLogicalPort(random.nextBoolean() ? "r1-s1" : "rp" + few() % 2)
                  .setDstIp(ip())
                  .build());
      case 11 ->
          Edit.put(
              StaticRoute.newBuilder()
                  .setLogicalRouter("r1")
                  .setIpPrefix("10." + random.nextInt(200) + ".0.0/16")
                  .setNexthop(ip())
                  .setBfd(pick(uuids(Bfd.class)).toString())
                  .build());
      case 12 -> {
        var up = LogicalSwitchPort.newBuilder().setUp(random.nextBoolean()).build();
        yield Edit.update(pick(uuids(LogicalSwitchPort.class)), up, "up");
      }
      case 13 -> {
        var to = vm().toBuilder().clearName().clearLogicalSwitch();
        var row = to.setType(random.nextInt(4) == 0 ? "switch" : "").build();
        yield Edit.update(pick(uuids(LogicalSwitchPort.class)), row, "addresses", "type");
      }
      case 14 -> {
        var status = Bfd.newBuilder().setStatus("down").build();
        yield Edit.update(pick(uuids(Bfd.class)), status, "status");
      }
      default -> deletion();
    };
  }

  private Operation deletion() {
    var types =
        List.of(
            LogicalSwitchPort.class,
            PortBinding.class,
            PortBinding.class,
            StaticRoute.class,
            Bfd.class,
            LogicalRouterPort.class,
            LogicalRouter.class,
            LogicalSwitch.class,
            Chassis.class);
    var type = types.get(random.nextInt(types.size()));
    var uuids = uuids(type);
    // The last chassis stays, so that there is one to bind ports to.
    boolean goes = !uuids.isEmpty() && (type != Chassis.class || uuids.size() > 1);
    return goes ? Edit.delete(type, pick(uuids)) : operation();
  }

  @Test
  void whatIsLookedAtAgainIsEnough() {
    var kinds = new HashSet<Class<?>>();
    int watched = 0;
    int done = 0;
    for (int step = 0; step < 3_000; step++) {
      done += commit(operation()) ? 1 : 0;
      if (random.nextInt(3) > 0) {
        continue;
      }
      wishes.settle(snapshot);
      var anew = new Wishes();
      anew.begin(snapshot);
      anew.settle(snapshot);
      assertEquals(all(anew), all(wishes), "after step " + step);
      for (var wish : all(wishes).values()) {
        kinds.add(wish.getClass());
        watched += wish instanceof Wish.Watch ? 1 : 0;
      }
    }
    assertTrue(done > 500, "few were committed: " + done);
    assertEquals(Set.of(Wish.Unused.class, Wish.Impossible.class, Wish.Watch.class), kinds);
    assertTrue(watched > 250, "few could be watched: " + watched);
  }

  private UUID watched(String neighbour) {
    host.commit(Edit.put(Bfd.newBuilder().setLogicalPort("r1-s1").setDstIp(neighbour).build()));
    var session =
        snapshot.rows(Bfd.class).values().stream()
            .filter(row -> row.as(Bfd.class).getDstIp().equals(neighbour))
            .findFirst()
            .orElseThrow()
            .uuid();
    host.commit(
        Edit.put(
            StaticRoute.newBuilder()
                .setLogicalRouter("r1")
                .setIpPrefix("10.9.0.0/16")
                .setNexthop(neighbour)
                .setBfd(session.toString())
                .build()));
    return session;
  }

  private void bind(String port, int ofport) {
    host.commit(
        Edit.put(
            PortBinding.newBuilder()
                .setLogicalPort(port)
                .setChassis(host.chassis().toString())
                .setInterface(port)
                .setOfport(ofport)
                .build()));
  }

  private static LogicalSwitchPort port(String name, String addresses) {
    return LogicalSwitchPort.newBuilder()
        .setName(name)
        .setLogicalSwitch("s1")
        .addAddresses(addresses)
        .build();
  }

  @Test
  void noneIsLookedAtThatTheChangeDoesNotTouch() {
    var known = watched("10.0.0.2");
    var unknown = watched("10.0.0.99");
    assertEquals(Set.of(known, unknown), wishes.settle(snapshot));

    host.commit(Edit.put(port("other", "0a:00:00:00:00:03 10.0.0.3")));
    bind("other", 2);
    host.commit(Edit.put(LogicalRouter.newBuilder().setName("r2").build()));
    assertEquals(Set.of(), wishes.settle(snapshot));

    host.commit(Edit.put(port("stranger", "unknown")));
    assertEquals(Set.of(unknown), wishes.settle(snapshot));
    bind("stranger", 3);
    assertEquals(Set.of(unknown), wishes.settle(snapshot));

    var binding = snapshot.index(PortBinding.class, "logical_port", "vm").iterator().next();
    host.commit(Edit.delete(PortBinding.class, binding));
    assertEquals(Set.of(known), wishes.settle(snapshot));
  }
}
