package io.heddle.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Group;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The bytes expected here are those of RFC 4861, 4191 and 8106, written down by hand. */
class RouterAdvertisementTest {
  private static final byte[] HOST = {0x0a, 0, 0, 0, 0, 1};
  private static final byte[] ADDRESS = new Bits(0xfe80L << 48, 1).bytes(16);
  private static final int MESSAGE = 14 + 40;

  private final MemoryStore store = new MemoryStore();
  private final List<String> sent = new ArrayList<>();
  private final List<Injection> injections = new ArrayList<>();
  private int second;

  private static LogicalRouterPort port(Map<String, String> config) {
    return LogicalRouterPort.newBuilder()
        .setName("r-s")
        .setLogicalRouter("r")
        .setMac("0e:00:00:00:00:01")
        .addNetworks("fd00:1::1/64")
        .addNetworks("10.0.0.1/24")
        .putAllIpv6RaConfigs(config)
        .build();
  }

  private static RouterAdvertisement advertisement(LogicalRouterPort port) {
    return RouterAdvertisement.of(
            port,
            (field, why) -> {
              throw new AssertionError(field + " " + why);
            })
        .orElseThrow();
  }

  /** The ICMPv6 message without type, code and checksum. */
  private static String message(Packet packet) {
    return packet.hex().substring(2 * (MESSAGE + 4));
  }

  @Test
  void slaac() {
    var packet = advertisement(port(Map.of("address_mode", "slaac"))).to(HOST, ADDRESS);
    var hex = packet.hex();
    // To the host, of the link-local address made of the MAC, with 255 hops.
    var header =
        "0a00000000010e000000000186dd6000000000383aff"
            + "fe800000000000000c0000fffe000001fe800000000000000000000000000001";
    assertEquals(header + "8600", hex.substring(0, 2 * MESSAGE + 4));
    assertEquals(packet, Packet.corrected(packet.bytes()));
    assertEquals(
        "4000ffff0000000000000000"
            + "01010e0000000001"
            + "030440c0ffffffffffffffff00000000fd000001000000000000000000000000",
        message(packet));
  }

  @Test
  void everything() {
    var config =
        Map.of(
            "address_mode", "dhcpv6_stateless",
            "default_lifetime", "0",
            "mtu", "9000",
            "router_preference", "LOW",
            "route_info", "HIGH-2001:db8::/33,MEDIUM-fd00::1",
            "rdnss", "fd00::53",
            "dnssl", "abc.example.");
    assertEquals(
        "404000000000000000000000"
            + "01010e0000000001"
            + "0501000000002328"
            + "030440c0ffffffffffffffff00000000fd000001000000000000000000000000"
            + "18022108ffffffff20010db800000000"
            + "18038000fffffffffd000000000000000000000000000001"
            + "19030000fffffffffd000000000000000000000000000053"
            + "1f030000ffffffff03616263076578616d706c6500000000",
        message(advertisement(port(config)).to(HOST, ADDRESS)));
  }

  @Test
  void whatIsTooLongIsNotAdvertised() {
    var servers = new ArrayList<String>();
    for (int i = 0; i < 80; i++) {
      servers.add("fd00::" + i);
    }
    var config = Map.of("address_mode", "slaac", "rdnss", String.join(",", servers));
    var faults = new ArrayList<String>();
    assertTrue(
        RouterAdvertisement.of(port(config), (f, why) -> faults.add(f + " " + why)).isEmpty());
    assertEquals(List.of("ipv6_ra_configs is more than 1280 bytes"), faults);
  }

  private void commit(Operation... operations) {
    var outcome = store.commit(Edit.observation(List.of(operations))).join();
    assertTrue(outcome instanceof Outcome.Committed, outcome::toString);
  }

  private void network(Map<String, String> config) {
    commit(
        Edit.put(LogicalSwitch.newBuilder().setName("s").build()),
        Edit.put(LogicalRouter.newBuilder().setName("r").build()),
        Edit.put(port(config)),
        Edit.put(
            LogicalSwitchPort.newBuilder()
                .setName("s-r")
                .setLogicalSwitch("s")
                .setType("router")
                .putOptions("router-port", "r-s")
                .build()));
    for (int i = 1; i <= 3; i++) {
      commit(
          Edit.put(Chassis.newBuilder().setName("hv" + i).build()),
          Edit.put(LogicalSwitchPort.newBuilder().setName("p" + i).setLogicalSwitch("s").build()));
    }
    for (int i = 1; i <= 2; i++) {
      commit(
          Edit.put(
              PortBinding.newBuilder()
                  .setChassis("hv" + i)
                  .setLogicalPort("p" + i)
                  .setInterface("tap")
                  .setOfport(1)
                  .build()));
    }
  }

  private int datapath() {
    var row = store.snapshot().rows(LogicalSwitch.class).values().iterator().next();
    return row.as(LogicalSwitch.class).getTunnelKey();
  }

  private void inject(UUID chassis, Injection injection) {
    sent.add(store.snapshot().row(Chassis.class, chassis).orElseThrow().name());
    injections.add(injection);
  }

  /** For an hour, a second after the other; returns the seconds in which something was sent. */
  private List<Integer> anHour(PeriodicAdvertisements periodic) {
    var times = new ArrayList<Integer>();
    for (int end = second + 3_600; second < end; second++) {
      int before = sent.size();
      periodic.tick(TimeUnit.SECONDS.toNanos(second));
      if (sent.size() > before) {
        times.add(second);
      }
    }
    return times;
  }

  @Test
  void unaskedItSpeaksAtTimesOfItsOwnWhereItsNetworkIs() {
    network(
        Map.of(
            "address_mode", "slaac",
            "send_periodic", "true",
            "max_interval", "200",
            "min_interval", "100"));
    try (var advertisers = new Advertisers(store);
        var periodic =
            new PeriodicAdvertisements(store::snapshot, advertisers, this::inject, new Random(7))) {
      var times = anHour(periodic);
      assertTrue(times.get(2) <= 3 * 17, times::toString);
      var later = times.subList(2, times.size());
      var pauses = new ArrayList<Integer>();
      for (int i = 1; i < later.size(); i++) {
        pauses.add(later.get(i) - later.get(i - 1));
      }
      assertTrue(pauses.stream().allMatch(p -> p >= 99 && p <= 201), pauses::toString);
      assertTrue(pauses.stream().distinct().count() > 5, pauses::toString);
      assertEquals(List.of("hv1", "hv2"), sent.stream().distinct().sorted().toList());
      assertEquals(2 * times.size(), sent.size());
      var injection = injections.get(0);
      assertEquals(Table.DELIVER, injection.table());
      assertEquals(
          Map.of(Field.DATAPATH, Bits.of(datapath()), Field.OUTPORT, Bits.of(Group.FLOOD)),
          injection.registers());
      assertTrue(injection.packet().hex().startsWith("333300000001"));

      commit(
          Edit.update(
              store.snapshot().rows(LogicalRouter.class).keySet().iterator().next(),
              LogicalRouter.newBuilder().setEnabled(false).build(),
              "enabled"));
      int before = injections.size();
      assertEquals(List.of(second), anHour(periodic), "it says that it speaks no more");
      assertEquals(2, injections.size() - before);
      var last = injections.get(before);
      assertEquals(injection.registers(), last.registers());
      assertEquals(Table.DELIVER, last.table());
      assertTrue(message(injection.packet()).startsWith("4000ffff"));
      assertTrue(message(last.packet()).startsWith("40000000"), message(last.packet()));
    }
  }

  @Test
  void whoGetsAnotherMacOrNetworkOrIsGoneSaysSoToThoseThatKnewIt() {
    network(Map.of("address_mode", "slaac"));
    try (var advertisers = new Advertisers(store);
        var periodic =
            new PeriodicAdvertisements(store::snapshot, advertisers, this::inject, new Random(7))) {
      assertEquals(List.of(), anHour(periodic));
      var port = store.snapshot().rows(LogicalRouterPort.class).keySet().iterator().next();
      var mac = LogicalRouterPort.newBuilder().setMac("0e:00:00:00:00:77").build();
      commit(Edit.update(port, mac, "mac"));
      assertEquals(1, anHour(periodic).size());
      assertEquals("0e0000000001", injections.get(0).packet().hex().substring(12, 24));
      commit(Edit.delete(LogicalSwitchPort.class, "s-r"));
      assertEquals(1, anHour(periodic).size());
      assertEquals("0e0000000077", injections.get(2).packet().hex().substring(12, 24));
    }
  }

  private static Operation end(String here, String there) {
    return Edit.put(
        LogicalSwitchPort.newBuilder()
            .setName(here)
            .setLogicalSwitch(here.substring(0, 1))
            .setType("switch")
            .setPeer(there)
            .build());
  }

  @Test
  void switchesThatAreLinkedWithItsNetworkHearOfItAsWell() {
    network(Map.of("address_mode", "slaac", "send_periodic", "true"));
    commit(
        Edit.put(LogicalSwitch.newBuilder().setName("t").build()),
        Edit.put(LogicalSwitch.newBuilder().setName("u").build()),
        Edit.put(LogicalSwitchPort.newBuilder().setName("pt").setLogicalSwitch("t").build()),
        Edit.put(LogicalSwitchPort.newBuilder().setName("pu").setLogicalSwitch("u").build()),
        end("s-t", "t-s"),
        end("t-s", "s-t"),
        end("t-u", "nobody"),
        end("u-t", "t-u"));
    for (int i = 0; i < 2; i++) {
      var port = i == 0 ? "pt" : "pu";
      commit(
          Edit.put(
              PortBinding.newBuilder()
                  .setChassis("hv3")
                  .setLogicalPort(port)
                  .setInterface(port)
                  .setOfport(2 + i)
                  .build()));
    }
    try (var advertisers = new Advertisers(store);
        var periodic =
            new PeriodicAdvertisements(store::snapshot, advertisers, this::inject, new Random(7))) {
      var times = anHour(periodic);
      assertEquals(List.of("hv1", "hv2", "hv3"), sent.stream().distinct().sorted().toList());
      assertEquals(3 * times.size(), sent.size());
      assertEquals(2, injections.stream().map(Injection::registers).distinct().count());
    }
  }

  @Test
  void unlessItIsToldToItDoesNotSpeakUnasked() {
    network(Map.of("address_mode", "slaac"));
    try (var advertisers = new Advertisers(store);
        var periodic =
            new PeriodicAdvertisements(store::snapshot, advertisers, this::inject, new Random(7))) {
      assertEquals(List.of(), anHour(periodic));
    }
  }

  /** One that is there from the beginning and one that saw it grow know the same. */
  @Test
  void whoeverCameLaterKnowsTheSame() {
    try (var early = new Advertisers(store)) {
      network(Map.of("address_mode", "slaac"));
      try (var late = new Advertisers(store)) {
        assertEquals(1, early.in(datapath()).size());
        assertEquals(List.copyOf(early.all()), List.copyOf(late.all()));
        var link = store.snapshot().index(LogicalSwitchPort.class, "name", "s-r").iterator().next();
        commit(
            Edit.update(link, LogicalSwitchPort.newBuilder().setEnabled(false).build(), "enabled"));
        assertEquals(List.of(), early.in(datapath()));
        assertEquals(List.of(), late.in(datapath()));
      }
    }
  }

  @Test
  void theQuestionIsAnsweredToWhoAsks() {
    network(Map.of("address_mode", "slaac"));
    var question =
        Packet.parse(
            "eth 0a:00:00:00:00:07 > 33:33:00:00:00:02 ip6 fe80::7 > ff02::2 hops 255"
                + " icmp type 133 data 00000000");
    var registers = Map.of(Field.DATAPATH, Bits.of(datapath()), Field.INPORT, Bits.of(5));
    var punted = new PuntedPacket(new Action.Punt(Punt.ROUTER_SOLICITATION), question, registers);
    try (var advertisers = new Advertisers(store)) {
      var solicitations = new RouterSolicitations(advertisers, Punted.NOTHING);
      var answer = solicitations.answers(punted).get(0);
      assertEquals(Table.LOCATE, answer.table());
      assertEquals(
          Map.of(Field.DATAPATH, Bits.of(datapath()), Field.OUTPORT, Bits.of(5)),
          answer.registers());
      var bytes = answer.packet().bytes();
      assertEquals("0a0000000007", answer.packet().hex().substring(0, 12));
      assertEquals(
          Bits.of(new Bits(0xfe80L << 48, 7).bytes(16)),
          Bits.of(Arrays.copyOfRange(bytes, 14 + 24, 14 + 40)));

      var elsewhere = Map.of(Field.DATAPATH, Bits.of(datapath() + 1), Field.INPORT, Bits.of(5));
      assertEquals(
          List.of(), solicitations.answers(new PuntedPacket(punted.why(), question, elsewhere)));
    }
  }
}
