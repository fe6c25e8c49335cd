package io.heddle.trace;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Reads what {@link PacketText} describes. */
final class PacketParser {
  private static final byte[] NO_MAC = new byte[6];

  private final Words words;
  private byte[] source = NO_MAC;
  private byte[] destination = NO_MAC;

  PacketParser(String text) {
    this.words = new Words(text);
  }

  Packet packet() {
    if (words.take("hex")) {
      var frame = hex(words.word("the frame"));
      words.end();
      return Packet.of(frame);
    }
    words.expect("eth");
    source = mac();
    words.expect(">");
    destination = mac();
    var frame = new Bytes().put(destination).put(source);
    if (words.take("vlan")) {
      frame.word(Headers.VLAN).word(words.number("VLAN tag", 16));
    }
    payload(frame);
    words.end();
    var plain = frame.bytes();
    if (plain.length > Packet.LONGEST) {
      throw new IllegalArgumentException("the packet is too long");
    }
    Checksums.correct(plain, Headers.of(plain));
    return Packet.of(plain);
  }

  private void payload(Bytes frame) {
    if (words.take("arp")) {
      frame.word(Headers.ARP).put(arp());
    } else if (words.take("ip")) {
      frame.word(Headers.IPV4).put(ipv4());
    } else if (words.take("ip6")) {
      frame.word(Headers.IPV6).put(ipv6());
    } else {
      int type = words.take("type") ? words.number("type", 16) : PacketText.DEFAULT_TYPE;
      frame.word(type).put(data());
    }
  }

  private byte[] arp() {
    boolean request = words.take("request");
    byte[] sha;
    byte[] spa;
    byte[] tha;
    byte[] tpa;
    if (request) {
      words.expect("who-has");
      tpa = ipv4Address();
      words.expect("tell");
      spa = ipv4Address();
      sha = words.take("sha") ? mac() : source;
      tha = words.take("tha") ? mac() : NO_MAC;
    } else {
      words.expect("reply");
      spa = ipv4Address();
      words.expect("is-at");
      sha = mac();
      words.expect("to");
      tpa = ipv4Address();
      tha = words.take("tha") ? mac() : destination;
    }
    var arp = new Bytes().word(1).word(Headers.IPV4).word(0x0604).word(request ? 1 : 2);
    return arp.put(sha).put(spa).put(tha).put(tpa).bytes();
  }

  private byte[] ipv4() {
    var from = ipv4Address();
    words.expect(">");
    var to = ipv4Address();
    int ttl = words.take("ttl") ? words.number("ttl", 8) : PacketText.DEFAULT_TTL;
    int tos = trafficClass();
    int fragment = words.take("frag") ? words.number("flags and offset", 16) : 0;
    var transport = transport(false);
    var ip = new Bytes().word(0x4500 | tos).word(Headers.IPV4_HEADER + transport.bytes().length);
    ip.word(0).word(fragment).octet(ttl).octet(transport.protocol()).word(0);
    return ip.put(from).put(to).put(transport.bytes()).bytes();
  }

  private byte[] ipv6() {
    var from = ipv6Address();
    words.expect(">");
    var to = ipv6Address();
    boolean given = words.take("hops");
    int hops = given ? words.number("hops", 8) : PacketText.DEFAULT_TTL;
    int first = trafficClass() << 20 | (words.take("label") ? words.number("label", 20) : 0);
    var transport = transport(true);
    if (!given && transport.neighbour()) {
      hops = PacketText.NEIGHBOUR_HOPS;
    }
    var ip = new Bytes().word(0x6000 | first >> 16).word(first).word(transport.bytes().length);
    ip.octet(transport.protocol()).octet(hops);
    return ip.put(from).put(to).put(transport.bytes()).bytes();
  }

  private int trafficClass() {
    int dscp = words.take("dscp") ? words.number("DSCP", 6) : 0;
    return dscp << 2 | (words.take("ecn") ? words.number("ECN", 2) : 0);
  }

  private record Transport(int protocol, boolean neighbour, byte[] bytes) {}

  private Transport transport(boolean v6) {
    if (words.take("icmp")) {
      return icmp(v6);
    }
    if (words.take("udp")) {
      var ports = ports();
      var data = data();
      // Any checksum but 0, which would mean none: the right one is put there in the end.
      var udp = ports.word(8 + data.length).word(1).put(data);
      return new Transport(Headers.UDP, false, udp.bytes());
    }
    if (words.take("tcp")) {
      var tcp = ports().word(0).word(0).word(0).word(0);
      tcp.word(0x5000 | (words.take("flags") ? words.number("flags", 12) : PacketText.SYN));
      return new Transport(
          Headers.TCP, false, tcp.word(0xffff).word(0).word(0).put(data()).bytes());
    }
    if (words.take("sctp")) {
      var sctp = ports().word(0).word(0).word(0).word(0);
      return new Transport(Headers.SCTP, false, sctp.put(data()).bytes());
    }
    words.expect("proto");
    return new Transport(words.number("protocol", 8), false, data());
  }

  private Bytes ports() {
    int from = words.number("port", 16);
    words.expect(">");
    return new Bytes().word(from).word(words.number("port", 16));
  }

  private Transport icmp(boolean v6) {
    int protocol = v6 ? Headers.ICMPV6 : Headers.ICMP;
    if (v6 && words.take("solicit")) {
      return new Transport(protocol, true, neighbour(135, 1));
    }
    if (v6 && words.take("advertise")) {
      return new Transport(protocol, true, neighbour(136, 2));
    }
    if (words.take("type")) {
      var message = new Bytes().octet(words.number("type", 8));
      message.octet(words.take("code") ? words.number("code", 8) : 0).word(0).put(data());
      return new Transport(protocol, false, message.bytes());
    }
    int type;
    if (words.take("echo")) {
      type = v6 ? 128 : 8;
    } else {
      words.expect("reply");
      type = v6 ? 129 : 0;
    }
    int id = words.take("id") ? words.number("id", 16) : 0;
    int seq = words.take("seq") ? words.number("seq", 16) : 0;
    var icmp = new Bytes().octet(type).octet(0).word(0).word(id).word(seq).put(data());
    return new Transport(protocol, false, icmp.bytes());
  }

  private byte[] neighbour(int type, int option) {
    var target = ipv6Address();
    int flags = type == 135 ? 0 : PacketText.SOLICITED_OVERRIDE;
    flags = words.take("flags") ? words.number("flags", 8) : flags;
    var message = new Bytes().octet(type).octet(0).word(0).word(flags << 8).word(0).put(target);
    if (!words.take("bare")) {
      message.octet(option).octet(1).put(source);
    }
    return message.put(data()).bytes();
  }

  private byte[] data() {
    if (words.nextIsQuoted()) {
      return words.word("data").getBytes(StandardCharsets.US_ASCII);
    }
    var data = words.take("data") ? hex(words.word("the data")) : new byte[0];
    int zeros = words.take("zeros") ? words.number("number of zeros", 16) : 0;
    return Arrays.copyOf(data, data.length + zeros);
  }

  private static byte[] hex(String digits) {
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + digits + "\" is not hexadecimal", e);
    }
  }

  private byte[] mac() {
    return Addresses.mac(words.word("a MAC address"));
  }

  private byte[] ipv4Address() {
    return Addresses.ipv4(words.word("an IPv4 address"));
  }

  private byte[] ipv6Address() {
    return Addresses.ipv6(words.word("an IPv6 address"));
  }

  /** Bytes in network order, one after the other. */
  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes octet(int value) {
      out.write(value);
      return this;
    }

    Bytes word(int value) {
      return octet(value >> 8).octet(value);
    }

    Bytes put(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
