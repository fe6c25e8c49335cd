package io.heddle.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "eth 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 \"a b\"",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 type 0x1234 data 0001ff",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 vlan 5 ip 10.0.0.1 > 10.0.0.2 icmp echo",
        "eth 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff arp request who-has 10.0.0.2 tell 10.0.0.1",
        "eth 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff arp request who-has 10.0.0.2 tell 10.0.0.1"
            + " sha 02:00:00:00:00:09 tha 02:00:00:00:00:08",
        "eth 02:00:00:00:00:02 > 02:00:00:00:00:01"
            + " arp reply 10.0.0.2 is-at 02:00:00:00:00:02 to 10.0.0.1",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 ip 10.0.0.1 > 10.0.0.2 ttl 3 icmp echo id 7"
            + " seq 65535 \"x\"",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 ip 10.0.0.1 > 10.0.0.2 udp 1 > 65535 \"x\"",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 ip 10.0.0.1 > 10.0.0.2 proto 132 data 00",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 ip6 fd00::1 > fd00::2 icmp reply id 1",
        "eth 02:00:00:00:00:01 > 33:33:ff:00:00:02 ip6 fd00::1 > ff02::1:ff00:2 icmp solicit"
            + " fd00::2",
        "eth 02:00:00:00:00:02 > 02:00:00:00:00:01 ip6 fd00::2 > fd00::1 icmp advertise fd00::2",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 ip6 fd00::1 > fd00::2 hops 1 udp 53 > 53"
      })
  void textAndBytesSayTheSame(String text) {
    var packet = Packet.parse(text);
    assertEquals(text, packet.toString());
    assertEquals(packet, Packet.of(packet.bytes()));
    assertEquals(packet, Packet.parse("hex " + packet.hex()));
  }

  @Test
  void shortMacsAndBroadcast() {
    assertEquals(
        Packet.parse("eth 0a:00:00:00:00:01 > ff:ff:ff:ff:ff:ff"),
        Packet.parse("eth 0a:01 > broadcast"));
  }

  @Test
  void bytesAreThoseOfTheRfcs() {
    var packet = Packet.parse("eth 02:01 > 02:02 ip 10.0.0.1 > 10.0.0.2 icmp echo id 1 seq 2");
    assertEquals(
        "020000000002"
            + "020000000001"
            + "0800"
            + ("4500001c" + "00000000" + "400166df" + "0a000001" + "0a000002")
            + ("0800f7fc" + "00010002"),
        packet.hex());
    // The sum over a header with its checksum is all ones (RFC 1071 section 1).
    assertEquals(0xffff, sum(packet.bytes(), 14, 20));
    assertEquals(0xffff, sum(packet.bytes(), 34, packet.length() - 34));
  }

  @Test
  void rewritingCorrectsChecksums() {
    var udp = "eth 02:01 > 02:02 ip %s > 10.0.0.2 udp 5 > 6 \"odd\"";
    assertEquals(
        Packet.parse(udp.formatted("10.9.9.9")),
        Packet.parse(udp.formatted("10.0.0.1")).with(Field.IPV4_SRC, Bits.of(0x0a090909)));
    var icmp6 = "eth 02:01 > 02:02 ip6 %s > fd00::2 icmp echo";
    assertEquals(
        Packet.parse(icmp6.formatted("fd00::9")),
        Packet.parse(icmp6.formatted("fd00::1"))
            .with(Field.IPV6_SRC, new Bits(0xfd00_0000_0000_0000L, 9)));
    var echo = Packet.parse("eth 02:01 > 02:02 ip 10.0.0.1 > 10.0.0.2 icmp echo");
    assertEquals(
        Packet.parse("eth 02:01 > 02:02 ip 10.0.0.1 > 10.0.0.2 icmp reply"),
        echo.with(Field.ICMPV4_TYPE, Bits.ZERO));
  }

  @Test
  void fieldsAreThereOnlyWithTheirHeader() {
    var arp = Packet.parse("eth 02:01 > broadcast arp request who-has 10.0.0.2 tell 10.0.0.1");
    assertEquals(Optional.of(Bits.of(0x0a000002)), arp.get(Field.ARP_TPA));
    assertEquals(Optional.of(Bits.of(0x020000000001L)), arp.get(Field.ARP_SHA));
    assertEquals(Optional.empty(), arp.get(Field.IPV4_SRC));
    assertEquals(arp, arp.with(Field.IPV4_SRC, Bits.of(1)));
    var cut = Packet.of(java.util.Arrays.copyOf(arp.bytes(), 30));
    assertEquals(Optional.of(Bits.ZERO), cut.get(Field.ARP_TPA));
    var llc = Packet.parse("hex 0180c2000000" + "020000000001" + "0026" + "424203");
    assertEquals(Optional.of(Bits.of(0x05ff)), llc.get(Field.ETH_TYPE));
  }

  @Test
  void whateverTheBytesTheTextIsExact() {
    var random = new Random(1);
    var heads = new String[] {"0806", "0800" + "45", "86dd" + "6", "8100", "88b5", "0010"};
    for (int i = 0; i < 20_000; i++) {
      var tail = new byte[random.nextInt(90)];
      random.nextBytes(tail);
      var head = "02".repeat(12) + heads[i % heads.length];
      var hex = head + HexFormat.of().formatHex(tail) + (head.length() % 2 == 1 ? "0" : "");
      var packet = Packet.of(HexFormat.of().parseHex(hex));
      assertEquals(packet, Packet.parse(packet.toString()));
      for (var field : Field.values()) {
        packet.get(field).ifPresent(v -> assertEquals(Bits.ZERO, v.and(field.all().not())));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "eth 0a:01",
        "eth 0a:01 > 0a:0g",
        "eth 0a:01 > 0a:02 arp",
        "eth 0a:01 > 0a:02 ip 10.0.0.1 > 10.0.0 icmp echo",
        "eth 0a:01 > 0a:02 ip 10.0.0.1 > fd00::1 icmp echo",
        "eth 0a:01 > 0a:02 ip 10.0.0.1 > 10.0.0.2 udp 70000 > 1",
        "eth 0a:01 > 0a:02 and more",
        "hex 00",
        "hex 0"
      })
  void faultsAreNamed(String text) {
    assertThrows(IllegalArgumentException.class, () -> Packet.parse(text));
  }

  private static int sum(byte[] bytes, int from, int size) {
    int sum = 0;
    for (int i = from; i < from + size; i += 2) {
      sum += Headers.word(bytes, i);
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
  }
}
