package io.heddle.expression;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random expressions and packets, of so few values that they often meet. */
record RandomText(Random random) {
  private static final List<String> MACS =
      List.of("0a:00:00:00:00:01", "0a:00:00:00:00:02", "33:33:00:00:00:01", "ff:ff:ff:ff:ff:ff");
  private static final List<String> IPS =
      List.of("10.0.0.1", "10.0.0.2", "10.0.1.7", "10.128.0.1", "224.0.0.5");
  private static final List<String> IPS6 =
      List.of("fd00::1", "fd00::2", "fd00:1::7", "ff02::1", "ff02::1:ff00:2", "fe80::1");
  private static final List<String> NUMBERS =
      List.of("0", "1", "2", "4", "7", "64", "80", "255", "443", "1024", "4096", "65535");
  private static final List<String> PREDICATES =
      List.of(
          "ip4",
          "ip6",
          "ip",
          "arp",
          "tcp",
          "udp",
          "sctp",
          "icmp",
          "icmp4",
          "icmp6",
          "nd",
          "nd_ns",
          "nd_na",
          "eth.bcast",
          "eth.mcast",
          "ip4.mcast",
          "ip6.mcast",
          "ip6.mcast_flood",
          "vlan.present",
          "ip.is_frag",
          "ip.later_frag",
          "ip.first_frag",
          "igmp",
          "1",
          "0");
  private static final List<String> NARROW = List.of("ip.ecn", "ip.frag", "vlan.pcp");
  private static final List<String> MIDDLE =
      List.of("ip.dscp", "ip.ttl", "tcp.dst[2..6]", "eth.src[0..7]", "vlan.vid", "tcp.flags");
  private static final List<String> WIDE =
      List.of(
          "tcp.src",
          "tcp.dst",
          "udp.src",
          "udp.dst",
          "sctp.dst",
          "vlan.tci",
          "ip6.label",
          "ip4.src",
          "ip4.dst[0..15]");
  private static final List<String> KINDS =
      List.of("eth.type", "ip.proto", "icmp4.type", "icmp6.type", "icmp6.code", "arp.op");
  private static final List<String> KIND_VALUES =
      List.of("0", "1", "2", "6", "8", "17", "58", "128", "132", "135", "0x86", "0x88");
  private static final List<String> ORDER = List.of("==", "!=", "<", "<=", ">", ">=");

  String one(List<String> choice) {
    return choice.get(random.nextInt(choice.size()));
  }

  String expression(int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return atom();
    }
    var parts =
        IntStream.range(0, 2 + random.nextInt(2))
            .mapToObj(i -> (random.nextInt(3) == 0 ? "!(" : "(") + expression(depth - 1) + ")")
            .collect(Collectors.joining(random.nextBoolean() ? " && " : " || "));
    return parts;
  }

  private String atom() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> (random.nextInt(4) == 0 ? "!" : "") + one(PREDICATES);
      case 2, 3 -> amount();
      case 4 -> one(KINDS) + equality() + one(KIND_VALUES);
      case 5 -> one(List.of("inport", "outport")) + equality() + ports();
      default -> addresses();
    };
  }

  private String amount() {
    return switch (random.nextInt(4)) {
      case 0 -> amount(one(NARROW), NUMBERS.subList(0, 3));
      case 1 -> amount(one(MIDDLE), NUMBERS.subList(0, 5));
      default -> amount(one(WIDE), NUMBERS);
    };
  }

  private String amount(String name, List<String> numbers) {
    return random.nextInt(3) == 0
        ? one(numbers) + " < " + name + " <= " + one(numbers)
        : name + " " + one(ORDER) + " " + one(numbers);
  }

  private String equality() {
    return random.nextInt(4) == 0 ? " != " : " == ";
  }

  private String ports() {
    return one(List.of("\"lrp1\"", "\"lrp2\"", "\"gone\"", "{\"lrp1\", \"lrp2\"}", "@pg"));
  }

  private String addresses() {
    return switch (random.nextInt(4)) {
      case 0 -> one(List.of("eth.src", "eth.dst", "arp.sha", "nd.sll")) + equality() + one(MACS);
      case 1 ->
          "ip6." + side() + equality() + set(IPS6, List.of("/10", "/64", "/112", ""), "$set6");
      case 2 ->
          one(List.of("arp.spa", "arp.tpa")) + equality() + set(IPS, List.of("/8", ""), "$set1");
      default ->
          "ip4."
              + side()
              + equality()
              + set(IPS, List.of("/9", "/24", "/255.0.0.255", ""), "$set1");
    };
  }

  private String side() {
    return random.nextBoolean() ? "src" : "dst";
  }

  private String set(List<String> from, List<String> masks, String name) {
    return IntStream.range(0, 1 + random.nextInt(3))
        .mapToObj(i -> random.nextInt(5) == 0 ? name : one(from) + one(masks))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  String packet() {
    var eth = "eth " + one(MACS) + " > " + one(MACS);
    var vlan = random.nextInt(3) == 0 ? " vlan " + one(List.of("1", "7", "4095", "57351")) : "";
    return eth + vlan + payload();
  }

  private String payload() {
    var options = " dscp " + one(List.of("0", "46", "7")) + " ecn " + random.nextInt(4) + " ";
    var ttl = one(List.of("0", "1", "4", "64", "255"));
    return switch (random.nextInt(8)) {
      case 0 -> " arp request who-has " + one(IPS) + " tell " + one(IPS);
      case 1 -> " arp reply " + one(IPS) + " is-at " + one(MACS) + " to " + one(IPS);
      case 2 -> "";
      case 3, 4, 5 ->
          " ip " + one(IPS) + " > " + one(IPS) + " ttl " + ttl + options + fragment() + transport();
      default ->
          " ip6 "
              + one(IPS6)
              + " > "
              + one(IPS6)
              + " hops "
              + ttl
              + options
              + ("label " + one(List.of("0", "7", "65535")) + " ")
              + (random.nextInt(3) == 0 ? neighbour() : transport());
    };
  }

  private String fragment() {
    return random.nextInt(4) == 0 ? "frag " + one(List.of("0x2000 ", "0x2001 ", "0x0001 ")) : "";
  }

  private String transport() {
    var ports = " " + one(NUMBERS) + " > " + one(NUMBERS);
    return switch (random.nextInt(6)) {
      case 0 -> "icmp " + one(List.of("echo", "reply", "type 3 code 1 data 00000000"));
      case 1 -> "udp" + ports;
      case 2 -> "sctp" + ports;
      case 3 -> "proto 2 data 00000000";
      default -> "tcp" + ports + " flags " + one(NUMBERS.subList(0, 8));
    };
  }

  private String neighbour() {
    return "icmp " + one(List.of("solicit ", "advertise ")) + one(IPS6);
  }
}
