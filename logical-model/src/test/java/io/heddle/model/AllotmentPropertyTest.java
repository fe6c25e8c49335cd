package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.PortAddresses.Dynamic;
import io.heddle.model.PortAddresses.Known;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.NbGlobal;
import io.heddle.v1.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of given addresses after any history, told from the rows alone. */
class AllotmentPropertyTest {
  private static final UUID GLOBAL = new UUID(0, 1);

  private static final List<Map<String, String>> PLANS =
      List.of(
          Map.of(),
          Map.of("subnet", "10.0.0.0/28"),
          Map.of("subnet", "10.0.0.0/27", "exclude_ips", "10.0.0.2..10.0.0.4 10.0.0.9"),
          Map.of("subnet", "10.0.0.0/28", "ipv6_prefix", "fd00::", "mac_prefix", "02:00:01"),
          Map.of("subnet", "10.0.1.0/29", "exclude_ips", "10.0.1.3"),
          Map.of("ipv6_prefix", "fd00:1::", "mac_only", "true"),
          Map.of("mac_only", "true", "mac_prefix", "02:00:02"));

  private static Operation operation(Random random) {
    var network = "s" + random.nextInt(3);
    var name = "p" + random.nextInt(25);
    return switch (random.nextInt(12)) {
      case 0 ->
          Edit.put(
              LogicalSwitch.newBuilder()
                  .setName(network)
                  .putAllOtherConfig(PLANS.get(random.nextInt(PLANS.size())))
                  .build());
      case 1 -> Edit.delete(LogicalSwitchPort.class, name);
      case 2 ->
          random.nextInt(8) == 0
              ? Edit.delete(LogicalSwitch.class, network)
              : Edit.put(LogicalSwitch.newBuilder().setName("other").build());
      case 3 ->
          random.nextInt(4) == 0
              ? Edit.delete(LogicalRouterPort.class, "r" + random.nextInt(4))
              : Edit.put(
                  LogicalRouterPort.newBuilder()
                      .setName("r" + random.nextInt(4))
                      .setLogicalRouter("router")
                      .setMac(mac(random))
                      .addNetworks("10.0.0." + random.nextInt(20) + "/24")
                      .addNetworks("10.0.1." + random.nextInt(8) + "/29")
                      .build());
      case 4 ->
          Edit.put(
              LogicalSwitchPort.newBuilder()
                  .setName(name)
                  .setLogicalSwitch(network)
                  .setType("router")
                  .addAddresses("router")
                  .putOptions("router-port", "r" + random.nextInt(4))
                  .build());
      default ->
          Edit.put(
              LogicalSwitchPort.newBuilder()
                  .setName(name)
                  .setLogicalSwitch(network)
                  .setEnabled(random.nextBoolean())
                  .addAllAddresses(addresses(random))
                  .setDynamicAddresses(
                      random.nextInt(3) == 0 ? mac(random) + " 10.0.0." + random.nextInt(20) : "")
                  .build());
    };
  }

  private static Operation prefix(String prefix) {
    return Edit.put(GLOBAL, NbGlobal.newBuilder().putOptions("mac_prefix", prefix).build());
  }

  private static String mac(Random random) {
    return "0a:00:00:00:00:" + "%02x".formatted(random.nextInt(32));
  }

  private static List<String> addresses(Random random) {
    var ip = "10.0.0." + random.nextInt(40);
    return switch (random.nextInt(9)) {
      case 0 -> List.of(mac(random) + " " + ip);
      case 1 -> List.of("unknown", "dynamic");
      case 2 -> List.of("dynamic " + ip);
      case 3 -> List.of(mac(random) + " dynamic");
      case 4 -> List.of(mac(random), "dynamic");
      default -> List.of("dynamic");
    };
  }

  /** The first is of a port that came from another switch and took a MAC from one there. */
  static LongStream seeds() {
    return LongStream.concat(LongStream.of(-11446), LongStream.range(0, 40));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void givenAddressesAreUniqueAllowedAndStable(long seed) throws IOException {
    var random = new Random(seed);
    var rows = new Rows();
    rows.commit(Edit.put(LogicalRouter.newBuilder().setName("router").build()));
    for (int i = 0; i < 3; i++) {
      rows.commit(Edit.put(LogicalSwitch.newBuilder().setName("s" + i).build()));
    }
    int given = 0;
    for (int i = 0; i < 150; i++) {
      var before = rows.snapshot;
      var operations = new ArrayList<Operation>();
      for (int j = random.nextInt(3); j >= 0; j--) {
        operations.add(operation(random));
      }
      if (seed >= 0 && i % 20 == 19) {
        operations.add(prefix(i % 40 == 19 ? "06:00:00" : "06:00:01"));
      }
      rows.apply(Edit.transaction(operations));
      given += checkAll(rows.snapshot);
      checkStable(before, rows.snapshot);
      var loaded = Rows.reloaded(rows.snapshot);
      assertEquals(loaded.addresses, rows.snapshot.addresses);
      if (random.nextInt(5) == 0) {
        rows.snapshot = loaded;
      }
    }
    assertTrue(given > 0, "nothing was given at all");
  }

  /** Returns how many ports were given addresses. */
  private static int checkAll(Snapshot snapshot) {
    var macs = new HashSet<Address>();
    var given = new HashMap<UUID, Set<Address>>();
    int ports = 0;
    for (var row : snapshot.rows(LogicalSwitchPort.class).values()) {
      var port = row.as(LogicalSwitchPort.class);
      var known = PortAddresses.given(port);
      assertEquals(known.isPresent(), !port.getDynamicAddresses().isEmpty());
      var wish = wish(port);
      var owner = UUID.fromString(port.getLogicalSwitch());
      var plan = plan(snapshot, owner);
      assertEquals(plan.isPresent() && wish.isPresent(), known.isPresent(), () -> "" + port);
      if (known.isPresent()) {
        ports++;
        checkPlan(plan.get(), wish.get(), known.get());
        var mac = Address.mac(known.get().mac());
        assertTrue(wish.get().mac().isPresent() || macs.add(mac), () -> mac + " is given twice");
        Address.of(known.get())
            .forEach(
                address ->
                    assertTrue(
                        given.computeIfAbsent(owner, o -> new HashSet<>()).add(address),
                        () -> address + " is given twice"));
      }
    }
    for (var row : snapshot.rows(LogicalSwitchPort.class).values()) {
      var port = row.as(LogicalSwitchPort.class);
      var there = given.getOrDefault(UUID.fromString(port.getLogicalSwitch()), Set.of());
      PortAddresses.written(port).stream()
          .filter(Known.class::isInstance)
          .flatMap(a -> Address.of((Known) a))
          .forEach(a -> assertTrue(!there.contains(a), () -> a + " is given and fixed"));
      routersAddresses(snapshot, port)
          .forEach(a -> assertTrue(!there.contains(a), () -> a + " is given and a router's"));
    }
    return ports;
  }

  private static Stream<Address> routersAddresses(Snapshot snapshot, LogicalSwitchPort port) {
    return snapshot.rows(LogicalRouterPort.class).values().stream()
        .map(row -> row.as(LogicalRouterPort.class))
        .filter(end -> port.getType().equals("router"))
        .filter(end -> end.getName().equals(port.getOptionsOrDefault("router-port", "")))
        .flatMap(
            end ->
                Stream.concat(
                    Stream.of(Address.mac(PortAddresses.macBits(end.getMac()))),
                    end.getNetworksList().stream().map(n -> Address.of(Prefix.of(n).address()))));
  }

  private static Optional<Dynamic> wish(LogicalSwitchPort port) {
    return PortAddresses.written(port).stream()
        .filter(Dynamic.class::isInstance)
        .map(Dynamic.class::cast)
        .findFirst();
  }

  private static Optional<AddressPlan> plan(Snapshot snapshot, UUID logicalSwitch) {
    var row = snapshot.get(LogicalSwitch.class, logicalSwitch).orElseThrow();
    var global = snapshot.rows(NbGlobal.class).values().stream().findFirst();
    long prefix = AddressBook.macPrefix(global, (key, why) -> {});
    return AddressPlan.of(row.getOtherConfigMap(), prefix, (key, why) -> {});
  }

  private static void checkPlan(AddressPlan plan, Dynamic wish, Known known) {
    var mac = Address.mac(known.mac());
    assertEquals(wish.mac().orElse(mac), mac);
    assertTrue(wish.mac().isPresent() || known.mac() >>> 24 == plan.macPrefix());
    var ips = known.ips();
    var ipv4 = ips.stream().filter(Address::isIpv4).findFirst();
    assertEquals(plan.subnet().isPresent(), ipv4.isPresent());
    ipv4.ifPresent(
        ip -> {
          assertEquals(wish.ipv4().orElse(ip), ip);
          assertTrue(plan.subnet().get().gives(ip.low()), () -> ip + " is not to be given");
        });
    var ipv6 = ips.stream().filter(Address::isIpv6).findFirst();
    assertEquals(plan.ipv6Prefix().isPresent(), ipv6.isPresent());
    ipv6.ifPresent(
        ip ->
            assertEquals(
                wish.ipv6().orElse(Address.eui64(plan.ipv6Prefix().getAsLong(), mac)), ip));
  }

  /** Where neither the switch's plan nor what the port asks for changed, it has what it had. */
  private static void checkStable(Snapshot before, Snapshot after) {
    for (var row : before.rows(LogicalSwitchPort.class).values()) {
      var was = row.as(LogicalSwitchPort.class);
      after
          .get(LogicalSwitchPort.class, row.uuid())
          .filter(now -> now.getLogicalSwitch().equals(was.getLogicalSwitch()))
          .filter(now -> wish(now).equals(wish(was)))
          .filter(
              now -> {
                var owner = UUID.fromString(now.getLogicalSwitch());
                return plan(before, owner).equals(plan(after, owner));
              })
          .ifPresent(now -> assertEquals(was.getDynamicAddresses(), now.getDynamicAddresses()));
    }
  }
}
