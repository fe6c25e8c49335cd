package io.heddle.model;

import static io.heddle.model.Edit.delete;
import static io.heddle.model.Edit.put;
import static io.heddle.model.Edit.update;
import static io.heddle.model.Rows.giving;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ports whose addresses say "dynamic" are given some. */
class AllotmentTest {
  private final Rows rows = new Rows();

  private static Operation port(String name, String... addresses) {
    return put(Rows.port(name, "s", addresses));
  }

  @Test
  void theLowestFreeAddressesButTheRouters() {
    rows.commit(giving("s", "subnet", "192.168.7.0/24", "ipv6_prefix", "fd00:1::"));
    rows.commit(port("p1", "dynamic"), port("p2", "unknown", "dynamic"));
    assertEquals("0a:00:00:a8:07:02 192.168.7.2 fd00:1::800:ff:fea8:702", rows.given("p1"));
    assertEquals("0a:00:00:a8:07:03 192.168.7.3 fd00:1::800:ff:fea8:703", rows.given("p2"));
    rows.commit(delete(LogicalSwitchPort.class, "p1"));
    rows.commit(port("p3", "dynamic"));
    assertEquals("0a:00:00:a8:07:02 192.168.7.2 fd00:1::800:ff:fea8:702", rows.given("p3"));
  }

  @Test
  void exceptWhatIsExcludedOrFixed() {
    rows.commit(
        giving("s", "subnet", "10.0.0.0/24", "exclude_ips", "10.0.0.3 10.0.0.5..10.0.0.9"),
        port("fixed", "0a:00:00:00:00:01 10.0.0.2 10.0.0.6"),
        port("p1", "dynamic"),
        port("p2", "dynamic"));
    assertEquals("0a:00:00:00:00:04 10.0.0.4", rows.given("p1"));
    assertEquals("0a:00:00:00:00:0a 10.0.0.10", rows.given("p2"));
    rows.commit(delete(LogicalSwitchPort.class, "fixed"));
    rows.commit(port("p3", "dynamic"), port("p4", "dynamic"));
    assertEquals("0a:00:00:00:00:02 10.0.0.2", rows.given("p3"));
    assertEquals("0a:00:00:00:00:0b 10.0.0.11", rows.given("p4"), "10.0.0.6 stays excluded");
  }

  private static Operation routerPort(String... networks) {
    return put(
        LogicalRouterPort.newBuilder()
            .setName("r-s")
            .setLogicalRouter("r")
            .setMac("0a:00:00:00:00:04")
            .addAllNetworks(List.of(networks))
            .build());
  }

  private static Operation link() {
    var row = Rows.port("s-r", "s", "router").toBuilder().setType("router");
    return put(row.putOptions("router-port", "r-s").build());
  }

  @Test
  void exceptWhatIsARoutersInWhicheverOrderItComes() {
    var router = put(LogicalRouter.newBuilder().setName("r").build());
    var network = giving("s", "subnet", "10.0.0.0/24");
    var end = routerPort("10.0.0.254/24", "10.0.0.2/24");
    for (var first :
        List.of(
            new Operation[] {router, network, end, link()},
            new Operation[] {network, link(), router, end})) {
      rows.snapshot = Snapshot.empty();
      for (var operation : first) {
        rows.commit(operation);
      }
      rows.commit(port("p1", "dynamic"), port("p2", "dynamic"));
      assertEquals("0a:00:00:00:00:03 10.0.0.3", rows.given("p1"));
      assertEquals("0a:00:00:00:00:05 10.0.0.4", rows.given("p2"));
    }
    rows.snapshot = Snapshot.empty();
    rows.commit(port("p1", "dynamic"), link(), end, router, network);
    assertEquals("0a:00:00:00:00:03 10.0.0.3", rows.given("p1"));

    refused(
        routerPort("10.0.0.3/24"),
        "LogicalSwitchPort s-r options[router-port]: 10.0.0.3 is taken by LogicalSwitchPort p1");
    rows.commit(routerPort("10.0.0.9/24"), port("p2", "dynamic"));
    assertEquals("0a:00:00:00:00:02 10.0.0.2", rows.given("p2"));
    rows.commit(port("p3", "dynamic 10.0.0.254"));
    refused(
        port("p4", "dynamic 10.0.0.9"),
        "LogicalSwitchPort p4 addresses[0]: 10.0.0.9 is taken by another port of the switch");
    rows.commit(delete(LogicalRouterPort.class, "r-s"), port("p4", "dynamic 10.0.0.9"));
    assertEquals("0a:00:00:00:00:09 10.0.0.9", rows.given("p4"));
  }

  @Test
  void whoComesFromAnotherSwitchTakesNothingFromWhoIsThere() {
    rows.commit(giving("s", "subnet", "10.0.0.0/24"), giving("t", "subnet", "10.0.0.0/24"));
    rows.commit(port("p1", "dynamic"));
    rows.commit(put(Rows.port("p2", "t", "0a:00:00:00:00:02 dynamic")));
    assertEquals("0a:00:00:00:00:02 10.0.0.2", rows.given("p1"));
    assertEquals("0a:00:00:00:00:02 10.0.0.2", rows.given("p2"));
    var before = rows.snapshot;
    rows.apply(
        Edit.transaction(
            port("p2", "0a:00:00:00:00:02 dynamic"), port("p1", "dynamic", "unknown")));
    assertEquals(before.revision(), rows.snapshot.revision(), "p2 asks for what p1 has");
    rows.commit(port("p2", "dynamic"), port("p1", "dynamic", "unknown"));
    assertEquals("0a:00:00:00:00:02 10.0.0.2", rows.given("p1"));
    assertEquals("0a:00:00:00:00:03 10.0.0.3", rows.given("p2"));
  }

  @Test
  void wishesAreMet() {
    rows.commit(
        giving("s", "subnet", "10.0.0.0/24", "ipv6_prefix", "fd00::"),
        port("p0", "dynamic"),
        port("p1", "dynamic 10.0.0.2"),
        port("p2", "dynamic fd00::5"),
        port("p3", "dynamic 10.0.0.9 fd00::9"),
        port("p4", "02:00:00:00:00:aa dynamic"),
        port("p5", "02:00:00:00:00:bb dynamic 10.0.0.44 fd00::44"));
    assertEquals("0a:00:00:00:00:03 10.0.0.3 fd00::800:ff:fe00:3", rows.given("p0"));
    assertEquals("0a:00:00:00:00:02 10.0.0.2 fd00::800:ff:fe00:2", rows.given("p1"));
    assertEquals("0a:00:00:00:00:04 10.0.0.4 fd00::5", rows.given("p2"));
    assertEquals("0a:00:00:00:00:09 10.0.0.9 fd00::9", rows.given("p3"));
    assertEquals("02:00:00:00:00:aa 10.0.0.5 fd00::ff:fe00:aa", rows.given("p4"));
    assertEquals("02:00:00:00:00:bb 10.0.0.44 fd00::44", rows.given("p5"));
    rows.commit(port("p5", "dynamic 10.0.0.45"));
    assertEquals("0a:00:00:00:00:2d 10.0.0.45 fd00::800:ff:fe00:2d", rows.given("p5"));
    rows.commit(port("p5", "dynamic"));
    assertEquals("0a:00:00:00:00:2d 10.0.0.45 fd00::800:ff:fe00:2d", rows.given("p5"));
  }

  @Test
  void aPortKeepsItsAddresses() throws IOException {
    rows.commit(giving("s", "subnet", "10.0.0.0/24"), port("p1", "dynamic"));
    rows.commit(port("p2", "dynamic"));
    rows.commit(delete(LogicalSwitchPort.class, "p1"));
    var kept = rows.given("p2");
    assertEquals("0a:00:00:00:00:03 10.0.0.3", kept);
    long version = rows.row(LogicalSwitchPort.class, "p2").version();
    var uuid = rows.uuid(LogicalSwitchPort.class, "p2");

    rows.commit(port("p2", "dynamic"));
    rows.observe(port("p2", "dynamic"));
    var other = LogicalSwitchPort.newBuilder().setDynamicAddresses("0a:00:00:00:00:77 10.0.0.77");
    rows.commit(update(uuid, other.build(), "dynamic_addresses"));
    rows.commit(put(Rows.port("p2", "s", "dynamic").toBuilder().mergeFrom(other.build()).build()));
    assertEquals(version, rows.row(LogicalSwitchPort.class, "p2").version());

    rows.commit(update(uuid, LogicalSwitchPort.newBuilder().setEnabled(false).build(), "enabled"));
    rows.commit(port("p2", "unknown", "dynamic"));
    rows.commit(giving("s", "subnet", "10.0.0.0/16", "exclude_ips", "10.0.0.2"));
    rows.commit(port("p2", "dynamic 10.0.0.3"));
    assertEquals(kept, rows.given("p2"));
    rows.snapshot = Rows.reloaded(rows.snapshot);
    rows.commit(port("p2", "dynamic"), port("p3", "dynamic"));
    assertEquals(kept, rows.given("p2"));
    assertEquals("0a:00:00:00:00:04 10.0.0.4", rows.given("p3"));
  }

  @Test
  void whatNoLongerFitsIsGivenAnew() {
    rows.commit(giving("s", "subnet", "10.0.0.0/24"), port("p1", "dynamic"), port("p2", "dynamic"));
    rows.commit(giving("s", "subnet", "10.0.0.0/24", "exclude_ips", "10.0.0.2"));
    assertEquals("0a:00:00:00:00:02 10.0.0.4", rows.given("p1"), "10.0.0.3 is p2's");
    assertEquals("0a:00:00:00:00:03 10.0.0.3", rows.given("p2"));
    rows.commit(giving("s", "subnet", "10.1.0.0/24", "mac_prefix", "02:00:00"));
    assertEquals("02:00:00:01:00:02 10.1.0.2", rows.given("p1"));
    assertEquals("02:00:00:01:00:03 10.1.0.3", rows.given("p2"));
    assertTrue(
        rows.changes.stream()
            .map(c -> c.kind().name())
            .toList()
            .containsAll(List.of("LogicalSwitch", "LogicalSwitchPort")));
  }

  @Test
  void whoIsNoLongerDynamicReturnsItsAddresses() {
    rows.commit(giving("s", "subnet", "10.0.0.0/29"), port("p1", "dynamic"));
    rows.commit(port("p1", "0a:00:00:00:00:02 10.0.0.2"));
    assertEquals("", rows.given("p1"));
    rows.commit(port("p1", "unknown"), port("p2", "dynamic"));
    assertEquals("0a:00:00:00:00:02 10.0.0.2", rows.given("p2"));
    rows.commit(delete(LogicalSwitch.class, "s"));
    assertEquals(AddressBook.EMPTY, rows.snapshot.addresses);
  }

  @Test
  void aPortThatGoesToAnotherSwitchHasItsAddressesThere() {
    rows.commit(giving("s", "subnet", "10.0.0.0/24"), giving("t", "subnet", "10.0.1.0/24"));
    rows.commit(port("p1", "dynamic"));
    rows.commit(put(Rows.port("p1", "t", "dynamic")));
    assertEquals("0a:00:00:00:00:02 10.0.1.2", rows.given("p1"));
    rows.commit(port("p2", "dynamic"));
    assertEquals("0a:00:00:00:00:03 10.0.0.2", rows.given("p2"));
  }

  /** As what was exported is imported again. */
  @Test
  void aNewRowKeepsWhatItBringsAsFarAsItFits() {
    rows.commit(giving("s", "subnet", "10.0.0.0/24"));
    rows.commit(port("fixed", "02:00:00:00:00:01 10.0.0.9"));
    var brought =
        List.of(
            "0a:00:00:00:00:07 10.0.0.7",
            "0a:00:00:00:00:07 10.0.0.8",
            "02:00:00:00:00:08 10.0.0.9",
            "0a:00:00:00:00:0b 10.0.1.2 fd00::1",
            "nonsense",
            "0a:00:00:00:00:0c 10.0.0.255",
            "0a:00:00:00:00:0d 10.0.0.1");
    var operations = new ArrayList<Operation>();
    operations.add(port("first", "dynamic"));
    for (int i = 0; i < brought.size(); i++) {
      var row = Rows.port("p" + i, "s", "dynamic").toBuilder().setDynamicAddresses(brought.get(i));
      operations.add(put(row.build()));
    }
    var unasked = Rows.port("u", "s", "unknown").toBuilder().setDynamicAddresses(brought.get(0));
    operations.add(put(unasked.build()));
    rows.commit(operations);
    assertEquals("0a:00:00:00:00:02 10.0.0.2", rows.given("first"));
    assertEquals(
        List.of(
            "0a:00:00:00:00:07 10.0.0.7",
            "0a:00:00:00:00:08 10.0.0.8",
            "0a:00:00:00:00:03 10.0.0.3",
            "0a:00:00:00:00:0b 10.0.0.4",
            "0a:00:00:00:00:05 10.0.0.5",
            "0a:00:00:00:00:0c 10.0.0.6",
            "0a:00:00:00:00:0d 10.0.0.10"),
        IntStream.range(0, brought.size()).mapToObj(i -> rows.given("p" + i)).toList());
    assertEquals("", rows.given("u"));
  }

  @Test
  void theRowAndTheFieldOfACollisionAreNamed() {
    rows.commit(
        giving("s", "subnet", "10.0.0.0/24", "ipv6_prefix", "fd00::", "exclude_ips", "10.0.0.50"),
        port("p1", "dynamic"),
        port("fixed", "02:00:00:00:00:01 10.0.0.9 fd00::9"));
    refused(
        port("p2", "unknown", "02:00:00:00:00:02 10.0.0.3 10.0.0.2"),
        "LogicalSwitchPort p2 addresses[1]: 10.0.0.2 is taken by LogicalSwitchPort p1");
    refused(
        port("p2", "0a:00:00:00:00:02"),
        "LogicalSwitchPort p2 addresses[0]: 0a:00:00:00:00:02 is taken by LogicalSwitchPort p1");
    refused(
        port("p2", "02:00:00:00:00:02 fd00::800:ff:fe00:2"),
        "LogicalSwitchPort p2 addresses[0]: fd00::800:ff:fe00:2 is taken by LogicalSwitchPort p1");
    refused(
        port("p2", "unknown", "dynamic 10.0.0.2"),
        "LogicalSwitchPort p2 addresses[1]: 10.0.0.2 is taken by LogicalSwitchPort p1");
    refused(
        port("p2", "02:00:00:00:00:01 dynamic"),
        "LogicalSwitchPort p2 addresses[0]: 02:00:00:00:00:01 is taken by another port of the"
            + " switch");
    refused(
        port("p2", "dynamic fd00::9"),
        "LogicalSwitchPort p2 addresses[0]: fd00::9 is taken by another port of the switch");
    for (var ip : List.of("10.0.0.0", "10.0.0.1", "10.0.0.50", "10.0.0.255", "10.0.1.2")) {
      refused(
          port("p2", "dynamic " + ip),
          "LogicalSwitchPort p2 addresses[0]: "
              + ip
              + " is not among those that subnet 10.0.0.0/24 gives");
    }
    refused(
        port("p2", "dynamic fd01::1"),
        "LogicalSwitchPort p2 addresses[0]: fd01::1 is not among those that ipv6_prefix gives");
    refused(
        port("p2", "dynamic", "dynamic"),
        "LogicalSwitchPort p2 addresses[1]: only one of them may be dynamic");
  }

  private void refused(Operation operation, String why) {
    assertEquals(why, rows.refuseOnce(operation).toString());
  }

  @Test
  void aSubnetWithoutAFreeAddressRefuses() {
    rows.commit(giving("s", "subnet", "10.0.0.0/29"));
    rows.commit(IntStream.range(0, 5).mapToObj(i -> port("p" + i, "dynamic")).toList());
    refused(
        port("p5", "dynamic"),
        "LogicalSwitchPort p5 addresses[0]: all addresses of subnet 10.0.0.0/29 are taken");
    refused(
        giving("s", "subnet", "10.0.0.0/29", "exclude_ips", "10.0.0.6"),
        "LogicalSwitchPort p4 addresses[0]: all addresses of subnet 10.0.0.0/29 are taken");
    rows.commit(delete(LogicalSwitchPort.class, "p2"), port("p5", "dynamic"));
    assertEquals("0a:00:00:00:00:04 10.0.0.4", rows.given("p5"));
  }

  @Test
  void aWishThatANewSubnetCannotMeetRefusesTheSubnet() {
    rows.commit(giving("s", "subnet", "10.0.0.0/24"), port("p1", "dynamic 10.0.0.7"));
    refused(
        giving("s", "subnet", "10.1.0.0/24"),
        "LogicalSwitchPort p1 addresses[0]: 10.0.0.7 is not among those that subnet 10.1.0.0/24"
            + " gives");
  }

  /** The bound is far off, for a machine under load; a search through the ports takes minutes. */
  @Test
  void aPortCostsNoMoreWhereThereAreMany() {
    int ports = 25_000;
    rows.commit(giving("s", "subnet", "10.0.0.0/16", "ipv6_prefix", "fd00::"));
    for (int i = 0; i < ports; i += 1_000) {
      int first = i;
      rows.commit(
          IntStream.range(0, 1_000).mapToObj(j -> port("p" + (first + j), "dynamic")).toList());
    }
    assertEquals("0a:00:00:00:61:a9 10.0.97.169 fd00::800:ff:fe00:61a9", rows.given("p24999"));
    var given = new HashSet<String>();
    rows.snapshot
        .rows(LogicalSwitchPort.class)
        .values()
        .forEach(row -> given.add(row.as(LogicalSwitchPort.class).getDynamicAddresses()));
    assertEquals(ports, given.size());
    long start = System.nanoTime();
    for (int i = 0; i < 1_000; i++) {
      rows.commit(delete(LogicalSwitchPort.class, "p" + i));
      rows.commit(port("q" + i, "dynamic"));
    }
    long each = (System.nanoTime() - start) / 1_000_000 / 1_000;
    assertTrue(each < 10, "a port took " + each + " ms");
  }
}
