package io.heddle.answer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.trace.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes expected here were made by another program, checksums included. */
class AnswersTest {
  private static final String UDP4 =
      "0a00000000fe0a000000000108004500002012340000011193890a0000010a0900070fa0829a000c80a8686f7073";
  private static final String UDP6 =
      "0a00000000fe0a000000000186dd60000000000c1101fd000000000000000000000000000001fd090000000000000000"
          + "0000000000070fa0829a000c9aa6686f7073";
  private static final String ERROR4 =
      "0a00000000010a00000000fe080045c0003c00004000400125030a0000fe0a000001";
  private static final String ERROR6 =
      "0a00000000010a00000000fe86dd60000000003c3a40fd0000000000000000000000000000fefd0000000000000000"
          + "00000000000001";
  private static final int ETHERNET = 28;

  private static final Answers ANSWERS = new Answers(Table.SWITCH_IN_LOOKUP, Punted.NOTHING);
  private static final Map<Field, Bits> REGISTERS =
      Map.of(
          Field.DATAPATH,
          Bits.of(9),
          Field.INPORT,
          Bits.of(3),
          Field.OUTPORT,
          Bits.of(4),
          Field.NEXTHOP_IPV4,
          Bits.of(0x0a0000fe),
          Field.NEXTHOP_IPV6,
          new Bits(0xfd00L << 48, 0xfe),
          Field.MTU,
          Bits.of(1280));

  private static Packet packet(String text) {
    return text.startsWith("eth") ? Packet.parse(text) : Packet.parse("hex " + text);
  }

  private static Optional<Packet> answer(Punt reason, Packet packet) {
    var why = new Action.Punt(reason);
    return ANSWERS.answer(new PuntedPacket(why, packet, REGISTERS)).map(Injection::packet);
  }

  private static Optional<String> answer(Punt reason, String packet) {
    return answer(reason, packet(packet)).map(Packet::hex);
  }

  private static Optional<String> error(String ip, String icmp, String quoted) {
    return Optional.of(ip + icmp + quoted.substring(ETHERNET));
  }

  @ParameterizedTest
  @CsvSource({
    "ICMPV4_TIME_EXCEEDED, 0b00092e00000000",
    "ICMPV4_UNREACHABLE_PORT, 0303112b00000000",
    "ICMPV4_UNREACHABLE_PROTOCOL, 0302112c00000000",
    "ICMPV4_UNREACHABLE_HOST, 0301112d00000000",
    "ICMPV4_UNREACHABLE_NET, 0300112e00000000",
    "ICMPV4_FRAGMENTATION_NEEDED, 03040c2a00000500"
  })
  void icmpErrorsAsTheyAreOnTheWire(Punt reason, String icmp) {
    assertEquals(error(ERROR4, icmp, UDP4), answer(reason, UDP4));
  }

  @ParameterizedTest
  @CsvSource({
    "ICMPV6_TIME_EXCEEDED, 0300909800000000",
    "ICMPV6_UNREACHABLE_PORT, 0104929400000000",
    "ICMPV6_UNREACHABLE_HOST, 0103929500000000",
    "ICMPV6_UNREACHABLE_NET, 0100929800000000",
    "ICMPV6_UNREACHABLE_PROTOCOL, 04018f9100000006",
    "ICMPV6_PACKET_TOO_BIG, 02008c9800000500"
  })
  void icmpv6ErrorsAsTheyAreOnTheWire(Punt reason, String icmp) {
    assertEquals(error(ERROR6, icmp, UDP6), answer(reason, UDP6));
  }

  /** The initial SYN has an option of four bytes, the second has three bytes and a FIN. */
  @ParameterizedTest
  @CsvSource({
    "0a00000000fe0a000000000108004500002c00000000400665ce0a0000010a0000fec350005011223344"
        + "00000000600220005b210000020405b4, "
        + "0a00000000010a00000000fe08004500002800004000400625d20a0000fe0a0000010050c350"
        + "000000001122334550140000"
        + "92ca0000",
    "0a00000000fe0a000000000108004500002b00000000400665cf0a0000010a0000fec3500050fffffffe"
        + "0000000050012000f2df0000616263, "
        + "0a00000000010a00000000fe08004500002800004000400625d20a0000fe0a0000010050c350"
        + "000000000000000250140000d72f0000",
    "0a00000000fe0a000000000108004500002a00000000400665d00a0000010a0000fec350005000000005"
        + "cafe00015010200073b600007878, "
        + "0a00000000010a00000000fe08004500002800004000400625d20a0000fe0a0000010050c350"
        + "cafe000100000000500400000c420000",
    "0a00000000fe0a000000000186dd6000000000140640fd000000000000000000000000000001fd00000000"
        + "00000000000000000000fec3500050000000090000000050022000d1380000, "
        + "0a00000000010a00000000fe86dd6000000000140640fd0000000000000000000000000000fefd0000"
        + "000000000000000000000000010050c350000000000000000a50140000f1250000"
  })
  void resetsAsTheyAreOnTheWire(String segment, String reset) {
    assertEquals(Optional.of(reset), answer(Punt.TCP_RESET, segment));
  }

  /** As if the destination, with a narrow link before it, had answered itself. */
  @Test
  void whatDoesNotFitThroughATunnelIsAnsweredInItsDestinationsName() {
    var packet4 = packet("eth 0a:01 > 0a:02 ip 10.0.0.1 > 10.0.0.2 udp 1 > 2 zeros 1500");
    assertNarrow(
        Punt.ICMPV4_TUNNEL_TOO_NARROW,
        packet4,
        " ip 10.0.0.2 > 10.0.0.1 dscp 48 frag 0x4000 icmp type 3 code 4 data 00000500");
    var packet6 = packet("eth 0a:01 > 0a:02 ip6 fd00::1 > fd00::2 udp 1 > 2 zeros 1500");
    assertNarrow(
        Punt.ICMPV6_TUNNEL_TOO_NARROW, packet6, " ip6 fd00::2 > fd00::1 icmp type 2 data 00000500");
  }

  private static void assertNarrow(Punt reason, Packet packet, String part) {
    var answers = new Answers(Answers.ROUTING, Punted.NOTHING);
    var why = new Action.Punt(reason);
    var injection = answers.answer(new PuntedPacket(why, packet, REGISTERS)).orElseThrow();
    assertEquals(Table.SWITCH_IN_LOOKUP, injection.table());
    assertTrue(injection.packet().toString().contains(part), injection::toString);
  }

  @Test
  void asMuchIsQuotedAsFits() {
    var long4 =
        packet("eth 0a:01 > 0a:fe ip 10.0.0.1 > 10.9.0.7 udp 1 > 2 data " + "ab".repeat(900));
    var error4 = answer(Punt.ICMPV4_TIME_EXCEEDED, long4).orElseThrow();
    assertEquals(14 + 576, error4.length());
    assertEquals(error4, Packet.corrected(error4.bytes()));
    assertQuotes(long4, error4, 20 + 8);
    var long6 =
        packet("eth 0a:01 > 0a:fe ip6 fd00::1 > fd09::7 udp 1 > 2 data " + "ab".repeat(1400));
    var error6 = answer(Punt.ICMPV6_PACKET_TOO_BIG, long6).orElseThrow();
    assertEquals(14 + 1280, error6.length());
    assertQuotes(long6, error6, 40 + 8);
  }

  private static void assertQuotes(Packet original, Packet error, int headers) {
    var quote = Arrays.copyOfRange(error.bytes(), 14 + headers, error.length());
    assertArrayEquals(Arrays.copyOfRange(original.bytes(), 14, 14 + quote.length), quote);
  }

  @Test
  void whatFillsAFrameIsNotQuoted() {
    var filled = packet(UDP4 + "00".repeat(14));
    assertEquals(
        answer(Punt.ICMPV4_TIME_EXCEEDED, UDP4),
        answer(Punt.ICMPV4_TIME_EXCEEDED, filled).map(Packet::hex));
  }

  @Test
  void aTagIsNotGivenBack() {
    var tagged = UDP4.substring(0, 24) + "81000005" + UDP4.substring(24);
    assertEquals(
        answer(Punt.ICMPV4_TIME_EXCEEDED, UDP4), answer(Punt.ICMPV4_TIME_EXCEEDED, tagged));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eth 0a:01 > broadcast ip 10.0.0.1 > 10.9.0.7 udp 1 > 2",
        "eth 0a:01 > 01:00:5e:00:00:05 ip 10.0.0.1 > 10.9.0.7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip 10.0.0.1 > 255.255.255.255 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip 10.0.0.1 > 224.0.0.5 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip 0.0.0.0 > 10.9.0.7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip 127.0.0.1 > 10.9.0.7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip 239.1.1.1 > 10.9.0.7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip 255.255.255.255 > 10.9.0.7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip 10.0.0.254 > 10.9.0.7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip 10.0.0.1 > 10.9.0.7 proto 1 data 0b00f4ff00000000",
        "eth 0a:01 > 0a:fe ip 10.0.0.1 > 10.9.0.7 proto 1 data 0300fcff00000000",
        "eth 0a:01 > 0a:fe ip 10.0.0.1 > 10.9.0.7 proto 1",
        "eth 0a:01 > 0a:fe ip6 fd00::1 > fd09::7 udp 1 > 2",
        "eth 0a:01 > 0a:fe arp request who-has 10.0.0.1 tell 10.0.0.2",
        "eth 0a:01 > 0a:fe type 0x0800 data 45",
        "eth 0a:01 > 0a:fe"
      })
  void noIcmpErrorAbout(String packet) {
    assertEquals(Optional.empty(), answer(Punt.ICMPV4_TIME_EXCEEDED, packet));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eth 0a:01 > 33:33:00:00:00:01 ip6 fd00::1 > fd09::7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip6 fd00::1 > ff02::1 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip6 :: > fd09::7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip6 ::1 > fd09::7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip6 ff02::5 > fd09::7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip6 fd00::fe > fd09::7 udp 1 > 2",
        "eth 0a:01 > 0a:fe ip6 fd00::1 > fd09::7 proto 58 data 0100000000000000",
        "eth 0a:01 > 0a:fe ip6 fd00::1 > fd09::7 proto 58 data 8900000000000000",
        "eth 0a:01 > 0a:fe ip6 fd00::1 > fd09::7 proto 58",
        "eth 0a:01 > 0a:fe ip 10.0.0.1 > 10.9.0.7 udp 1 > 2"
      })
  void noIcmpv6ErrorAbout(String packet) {
    assertEquals(Optional.empty(), answer(Punt.ICMPV6_TIME_EXCEEDED, packet));
  }

  @Test
  void anEchoIsNoErrorAndAnsweredWithOne() {
    var echo4 = packet("eth 0a:01 > 0a:fe ip 10.0.0.1 > 10.9.0.7 ttl 1 icmp echo");
    assertEquals(14 + 28 + 28, answer(Punt.ICMPV4_TIME_EXCEEDED, echo4).orElseThrow().length());
    var echo6 = packet("eth 0a:01 > 0a:fe ip6 fd00::1 > fd09::7 hops 1 icmp echo");
    assertEquals(14 + 48 + 48, answer(Punt.ICMPV6_TIME_EXCEEDED, echo6).orElseThrow().length());
  }

  /** RFC 4443 section 2.4(e.3): else nobody would find the path's MTU of a multicast. */
  @Test
  void aMulticastMayBeTooBig() {
    var multicast = packet("eth 0a:01 > 33:33:00:00:00:01 ip6 fd00::1 > ff0e::1 udp 1 > 2");
    assertEquals(62 + 48, answer(Punt.ICMPV6_PACKET_TOO_BIG, multicast).orElseThrow().length());
  }

  @Test
  void onlyTheFirstFragmentIsAnswered() {
    var first = UDP4.substring(0, 40) + "2000" + UDP4.substring(44);
    assertEquals(true, answer(Punt.ICMPV4_TIME_EXCEEDED, first).isPresent());
    var later = UDP4.substring(0, 40) + "0001" + UDP4.substring(44);
    assertEquals(Optional.empty(), answer(Punt.ICMPV4_TIME_EXCEEDED, later));
    var plain = "0a00000000fe0a000000000186dd60000000000c2c01fd000000000000000000000000000001";
    var to = "fd090000000000000000000000000007";
    var first6 = plain + to + "1100000100000001" + "0fa0829a";
    assertEquals(true, answer(Punt.ICMPV6_TIME_EXCEEDED, first6).isPresent());
    var later6 = plain + to + "1100000900000001" + "0fa0829a";
    assertEquals(Optional.empty(), answer(Punt.ICMPV6_TIME_EXCEEDED, later6));
  }

  @Test
  void theProtocolNobodySpeaksIsPointedAt() {
    var options =
        "0a00000000fe0a000000000186dd6000000000083c01fd000000000000000000000000000001"
            + "fd090000000000000000000000000007"
            + "fd00010400000000";
    var error = answer(Punt.ICMPV6_UNREACHABLE_PROTOCOL, options).orElseThrow();
    assertEquals("00000028", error.substring(2 * (14 + 40 + 4), 2 * (14 + 40 + 8)));
  }

  @Test
  void noResetToAResetAFragmentOrAGroup() {
    var ack =
        "0a00000000fe0a000000000108004500002800000000400665d20a0000010a0000fec350005000000005"
            + "cafe000150102000aaaa0000";
    assertEquals(true, answer(Punt.TCP_RESET, ack).isPresent());
    for (var refused :
        List.of(
            ack.replace("5010200", "5014200"),
            ack.replace("00000000400665d2", "00002000400665d2"),
            ack.replace("00000000400665d2", "00000001400665d2"),
            ack.replace("0a0000fec3", "e0000005c3"),
            ack.replace("0a0000fec3", "ffffffffc3"),
            ack.replace("0a0000010a", "7f0000010a"),
            ack.replace("0a00000000fe0a", "ffffffffffff0a"),
            ack.replace("5010200", "4010200"),
            ack.replace("5010200", "6010200"),
            UDP4)) {
      assertEquals(Optional.empty(), answer(Punt.TCP_RESET, refused), refused);
    }
  }

  @Test
  void theAnswerGoesBackIntoTheRouter() {
    var punted =
        new PuntedPacket(new Action.Punt(Punt.ICMPV4_TIME_EXCEEDED), packet(UDP4), REGISTERS);
    var injection = ANSWERS.answer(punted).orElseThrow();
    assertEquals(Table.SWITCH_IN_LOOKUP, injection.table());
    assertEquals(
        Map.of(Field.DATAPATH, Bits.of(9), Field.INPORT, Bits.of(3), Field.ROUTE_TABLE, Bits.ZERO),
        injection.registers());
  }

  @ParameterizedTest
  @EnumSource(Punt.class)
  void everyPacketIsAnsweredOrGivenToOthers(Punt reason) {
    var others = new ArrayList<PuntedPacket>();
    var back = new ArrayList<Injection>();
    var answers = new Answers(Table.SWITCH_IN_LOOKUP, (c, packet, b) -> others.add(packet));
    for (var packet :
        List.of(
            UDP4,
            UDP6,
            "0a00000000fe0a000000000186dd6000000000140640fd000000000000000000000000000001fd00000000"
                + "00000000000000000000fec3500050000000090000000050022000d1380000")) {
      var why = new Action.Punt(reason);
      answers.punted(new UUID(0, 1), new PuntedPacket(why, packet(packet), REGISTERS), back::add);
    }
    boolean answered = !back.isEmpty();
    assertEquals(answered ? 0 : 3, others.size());
    assertEquals(reason.name().startsWith("ICMP") || reason == Punt.TCP_RESET, answered);
  }

  /** Whatever comes, an answer or none, but never an exception. */
  @Test
  void mutilatedPacketsDoNoHarm() {
    for (var hex : List.of(UDP4, UDP6, ERROR4 + "0b00092e00000000", ERROR6 + "0300909800000000")) {
      var whole = HexFormat.of().parseHex(hex);
      for (int length = 14; length <= whole.length; length++) {
        for (int at = 12; at < length; at++) {
          for (int value : new int[] {0, 6, 0x2c, 0x3a, 0x3c, 0x45, 0x7f, 0xff}) {
            var frame = Arrays.copyOf(whole, length);
            frame[at] = (byte) value;
            for (var reason : Punt.values()) {
              answer(reason, Packet.of(frame));
            }
          }
        }
      }
    }
  }
}
