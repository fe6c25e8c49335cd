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
import org.junit.jupiter.params.provider.CsvSource;
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
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 ip 10.0.0.1 > 10.0.0.2 dscp 46 ecn 1 tcp 1 > 80",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 ip 10.0.0.1 > 10.0.0.2 tcp 1 > 80 flags 0x12"
            + " \"x\"",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 ip 10.0.0.1 > 10.0.0.2 frag 0x2000 proto 6"
            + " data 0001",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 ip 10.0.0.1 > 10.0.0.2 icmp type 3 code 1"
            + " data 00000000ff",
        "eth 02:00:00:00:00:01 > 02:00:00:00:00:02 ip6 fd00::1 > fd00::2 hops 9 dscp 10 ecn 2"
            + " label 74565 sctp 7 > 9 \"abc\"",
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ip 10.0.0.1 > 10.0.0.2 tcp 5 > %s         | TCP_DST     | 6   | 65535
          ip 10.0.0.1 > 10.0.0.2 tcp %s > 5         | TCP_SRC     | 6   | 65535
          ip6 fd00::1 > fd00::2 udp 5 > %s          | UDP_DST     | 6   | 65535
          ip 10.0.0.1 > 10.0.0.2 udp %s > 5         | UDP_SRC     | 6   | 65535
          ip 10.0.0.1 > 10.0.0.2 sctp 5 > %s "a"    | SCTP_DST    | 6   | 65535
          ip6 fd00::1 > fd00::2 sctp %s > 5         | SCTP_SRC    | 6   | 65535
          ip 10.0.0.1 > 10.0.0.2 ttl %s udp 1 > 2   | IP_TTL      | 6   | 255
          ip6 fd00::1 > fd00::2 hops %s tcp 1 > 2   | IP_TTL      | 6   | 255
          ip 10.0.0.1 > 10.0.0.2 dscp %s udp 1 > 2  | IP_DSCP     | 6   | 63
          ip6 fd00::1 > fd00::2 dscp %s udp 1 > 2   | IP_DSCP     | 6   | 63
          ip 10.0.0.1 > 10.0.0.2 ecn %s udp 1 > 2   | IP_ECN      | 1   | 3
          ip6 fd00::1 > fd00::2 ecn %s udp 1 > 2    | IP_ECN      | 1   | 3
          ip6 fd00::1 > fd00::2 label %s udp 1 > 2  | IPV6_LABEL  | 1   | 1048575
          ip6 fd00::1 > fd00::2 icmp type %s data 00000000        | ICMPV6_TYPE | 1 | 255
          ip6 fd00::1 > fd00::2 icmp type 1 code %s data 00000000 | ICMPV6_CODE | 1 | 255
          vlan %s arp request who-has 10.0.0.2 tell 10.0.0.1      | VLAN_TCI    | 5 | 61440
          """)
  void fieldsAreReadAndWritten(String text, Field field, long one, long other) {
    int tag = field == Field.VLAN_TCI ? 0x1000 : 0;
    var before = Packet.parse("eth 02:01 > 02:02 " + text.formatted(one));
    var after = Packet.parse("eth 02:01 > 02:02 " + text.formatted(other & ~tag));
    assertEquals(Optional.of(Bits.of(one | tag)), before.get(field));
    assertEquals(Optional.of(Bits.of(other | tag)), after.get(field));
    assertEquals(after, before.with(field, Bits.of(other | tag)));
    assertEquals(before, after.with(field, Bits.of(one | tag)));
  }

  @Test
  void tagsComeAndGo() {
    var plain = Packet.parse("eth 02:01 > 02:02 ip 10.0.0.1 > 10.0.0.2 udp 1 > 2");
    var tagged = Packet.parse("eth 02:01 > 02:02 vlan 7 ip 10.0.0.1 > 10.0.0.2 udp 1 > 2");
    assertEquals(Optional.of(Bits.ZERO), plain.get(Field.VLAN_TCI));
    assertEquals(tagged, plain.with(Field.VLAN_TCI, Bits.of(0x1007)));
    assertEquals(plain, tagged.with(Field.VLAN_TCI, Bits.ZERO));
    assertEquals(plain, plain.with(Field.VLAN_TCI, Bits.of(7)));
  }

  @Test
  void fragmentsAndFlags() {
    var ip = "eth 02:01 > 02:02 ip 10.0.0.1 > 10.0.0.2 ";
    assertEquals(Optional.of(Bits.ZERO), Packet.parse(ip + "udp 1 > 2").get(Field.IP_FRAG));
    var first = Packet.parse(ip + "frag 0x2000 udp 1 > 2");
    assertEquals(Optional.of(Bits.of(1)), first.get(Field.IP_FRAG));
    assertEquals(Optional.of(Bits.of(2)), first.get(Field.UDP_DST));
    var later = Packet.parse(ip + "frag 0x0001 proto 17 data 0001000200080000");
    assertEquals(Optional.of(Bits.of(3)), later.get(Field.IP_FRAG));
    assertEquals(Optional.of(Bits.ZERO), later.get(Field.UDP_DST));
    var syn = Packet.parse(ip + "tcp 1 > 2");
    assertEquals(Optional.of(Bits.of(2)), syn.get(Field.TCP_FLAGS));
    assertEquals(Optional.empty(), syn.get(Field.UDP_DST));
  }

  @Test
  void neighboursAreReadAndWritten() {
    var eth = "eth 02:00:00:00:00:01 > 02:02 ip6 fd00::1 > fd00::2 icmp ";
    var solicit = Packet.parse(eth + "solicit fd00::9");
    var target = new Bits(0xfd00_0000_0000_0000L, 9);
    assertEquals(Optional.of(Bits.of(135)), solicit.get(Field.ICMPV6_TYPE));
    assertEquals(Optional.of(target), solicit.get(Field.ND_TARGET));
    assertEquals(Optional.of(Bits.of(0x020000000001L)), solicit.get(Field.ND_SLL));
    assertEquals(Optional.empty(), solicit.get(Field.ND_TLL));
    var advertise = Packet.parse(eth + "advertise fd00::8");
    assertEquals(Optional.of(Bits.of(0x020000000001L)), advertise.get(Field.ND_TLL));
    assertEquals(Packet.parse(eth + "advertise fd00::9"), advertise.with(Field.ND_TARGET, target));
    assertEquals(Optional.empty(), Packet.parse(eth + "echo").get(Field.ND_TARGET));
  }

  @Test
  void theChecksumOfSctpIsThatOfItsRfc() {
    // CRC32c of twelve bytes 00010002 00000000 00000000, lowest byte first.
    var crc = new java.util.zip.CRC32C();
    crc.update(HexFormat.of().parseHex("000100020000000000000000"));
    var packet = Packet.parse("eth 02:01 > 02:02 ip 10.0.0.1 > 10.0.0.2 sctp 1 > 2");
    int wire = Integer.reverseBytes((int) crc.getValue());
    assertEquals(HexFormat.of().toHexDigits(wire), packet.hex().substring(2 * 42));
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
