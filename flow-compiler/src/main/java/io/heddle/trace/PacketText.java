package io.heddle.trace;

import static io.heddle.trace.Headers.word;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * How people write packets:
 *
 * <pre>
 * eth MAC &gt; MAC [vlan ID] [PAYLOAD]
 *   arp request who-has IP tell IP [sha MAC] [tha MAC]
 *   arp reply IP is-at MAC to IP [tha MAC]
 *   ip IP &gt; IP [ttl N] [dscp N] [ecn N] [frag N] TRANSPORT    (frag: flags and offset, 16 bits)
 *   ip6 IP &gt; IP [hops N] [dscp N] [ecn N] [label N] TRANSPORT
 *   [type 0xNNNN] [DATA]
 * TRANSPORT: icmp echo|reply [id N] [seq N] [DATA]
 *            icmp solicit|advertise IP [flags N] [bare] [DATA]    (IPv6; bare: without the
 *              link-layer address option; flags: 0x80 router, 0x40 solicited, 0x20 override)
 *            icmp type N [code N] [DATA]             (DATA: what follows the checksum)
 *            tcp PORT &gt; PORT [flags N] [DATA]     (without flags a SYN)
 *            sctp PORT &gt; PORT [DATA]
 *            udp PORT &gt; PORT [DATA]
 *            proto N [DATA]
 * DATA: "TEXT" | [data HEX] [zeros N]                (N bytes of 0)
 * hex HEX                                            (a whole frame)
 * </pre>
 *
 * A MAC may be short where its middle is 0 ("0a:01" is 0a:00:00:00:00:01) and "broadcast" where it
 * is that. What is left out is what usually stands there. A frame that cannot be written so is
 * written in hexadecimal.
 */
final class PacketText {
  /** For local experiments (IEEE 802): the type of a frame that says nothing of its payload. */
  static final int DEFAULT_TYPE = 0x88b5;

  static final int DEFAULT_TTL = 64;

  /** Neighbour discovery (RFC 4861) is only taken with this many hops left. */
  static final int NEIGHBOUR_HOPS = 255;

  /** What an advertisement says that answers a question (RFC 4861 section 4.4). */
  static final int SOLICITED_OVERRIDE = 0x60;

  static final int SYN = 2;

  /** Fewer bytes of 0 are written like others. */
  private static final int MANY_ZEROS = 64;

  private PacketText() {}

  static String of(Packet packet) {
    var text = readable(packet);
    try {
      if (Packet.parse(text).equals(packet)) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // It has no readable form.
    }
    return "hex " + packet.hex();
  }

  private static String readable(Packet packet) {
    var bytes = packet.bytes();
    var headers = packet.headers();
    var text = new StringBuilder("eth ");
    text.append(Addresses.mac(bytes, 6)).append(" > ").append(Addresses.mac(bytes, 0));
    if (headers.l3() > Headers.ETHERNET) {
      text.append(" vlan ").append(word(bytes, Headers.ETHERNET));
    }
    boolean known = headers.l3Whole();
    if (known && headers.etherType() == Headers.ARP) {
      arp(text, bytes, headers.l3());
    } else if (known) {
      ip(text, bytes, headers);
    } else {
      if (headers.etherType() != DEFAULT_TYPE) {
        text.append(" type 0x").append(HexFormat.of().toHexDigits((short) headers.etherType()));
      }
      data(text, bytes, headers.l3(), bytes.length);
    }
    return text.toString();
  }

  private static void arp(StringBuilder text, byte[] b, int at) {
    var sha = Addresses.mac(b, at + 8);
    var spa = Addresses.ip(b, at + 14, 4);
    var tha = Addresses.mac(b, at + 18);
    var tpa = Addresses.ip(b, at + 24, 4);
    boolean request = word(b, at + 6) == 1;
    if (request) {
      text.append(" arp request who-has ").append(tpa).append(" tell ").append(spa);
      option(text, "sha", sha, Addresses.mac(b, 6));
      option(text, "tha", tha, "00:00:00:00:00:00");
    } else {
      text.append(" arp reply ").append(spa).append(" is-at ").append(sha).append(" to ");
      text.append(tpa);
      option(text, "tha", tha, Addresses.mac(b, 0));
    }
  }

  private static void ip(StringBuilder text, byte[] b, Headers headers) {
    boolean v6 = headers.etherType() == Headers.IPV6;
    int l3 = headers.l3();
    int length = v6 ? 16 : 4;
    int from = l3 + (v6 ? 8 : 12);
    text.append(v6 ? " ip6 " : " ip ").append(Addresses.ip(b, from, length)).append(" > ");
    text.append(Addresses.ip(b, from + length, length));
    int type = headers.l4() < headers.length() ? b[headers.l4()] & 0xff : -1;
    boolean neighbour = v6 && headers.ipProto() == Headers.ICMPV6 && (type == 135 || type == 136);
    int ttl = b[l3 + (v6 ? 7 : 8)] & 0xff;
    option(
        text,
        v6 ? "hops" : "ttl",
        String.valueOf(ttl),
        String.valueOf(neighbour ? NEIGHBOUR_HOPS : DEFAULT_TTL));
    trafficClass(text, v6 ? word(b, l3) >> 4 & 0xff : b[l3 + 1] & 0xff);
    if (v6) {
      option(text, "label", String.valueOf((b[l3 + 1] & 0xf) << 16 | word(b, l3 + 2)), "0");
    } else {
      option(text, "frag", hexadecimal(word(b, l3 + 6)), hexadecimal(0));
    }
    transport(text, b, headers, v6);
  }

  private static void trafficClass(StringBuilder text, int octet) {
    option(text, "dscp", String.valueOf(octet >> 2), "0");
    option(text, "ecn", String.valueOf(octet & 3), "0");
  }

  private static void transport(StringBuilder text, byte[] b, Headers headers, boolean v6) {
    int l4 = headers.l4();
    int end = headers.length();
    boolean icmp = headers.ipProto() == (v6 ? Headers.ICMPV6 : Headers.ICMP);
    if (icmp && l4 + 8 <= end) {
      int type = b[l4] & 0xff;
      if (v6 && (type == 135 || type == 136) && l4 + 24 <= end) {
        neighbour(text, b, l4, end);
        return;
      }
      boolean request = type == (v6 ? 128 : 8);
      if (!request && type != (v6 ? 129 : 0) || b[l4 + 1] != 0) {
        text.append(" icmp type ").append(type);
        option(text, "code", String.valueOf(b[l4 + 1] & 0xff), "0");
        data(text, b, l4 + 4, end);
        return;
      }
      text.append(request ? " icmp echo" : " icmp reply");
      option(text, "id", String.valueOf(word(b, l4 + 4)), "0");
      option(text, "seq", String.valueOf(word(b, l4 + 6)), "0");
      data(text, b, l4 + 8, end);
    } else if (headers.ipProto() == Headers.UDP && l4 + 8 <= end) {
      text.append(" udp ").append(word(b, l4)).append(" > ").append(word(b, l4 + 2));
      data(text, b, l4 + 8, end);
    } else if (headers.ipProto() == Headers.TCP && l4 + Headers.TCP_HEADER <= end) {
      text.append(" tcp ").append(word(b, l4)).append(" > ").append(word(b, l4 + 2));
      int flags = word(b, l4 + 12) & 0xfff;
      option(text, "flags", hexadecimal(flags), hexadecimal(SYN));
      data(text, b, l4 + Headers.TCP_HEADER, end);
    } else if (headers.ipProto() == Headers.SCTP && l4 + Headers.SCTP_HEADER <= end) {
      text.append(" sctp ").append(word(b, l4)).append(" > ").append(word(b, l4 + 2));
      data(text, b, l4 + Headers.SCTP_HEADER, end);
    } else {
      text.append(" proto ").append(headers.ipProto());
      // The headers may claim to be longer than the packet.
      data(text, b, Math.min(l4, end), end);
    }
  }

  private static void neighbour(StringBuilder text, byte[] b, int at, int end) {
    boolean solicits = b[at] == (byte) 135;
    text.append(solicits ? " icmp solicit " : " icmp advertise ");
    text.append(Addresses.ip(b, at + 8, 16));
    int usual = solicits ? 0 : SOLICITED_OVERRIDE;
    option(text, "flags", hexadecimal(b[at + 4] & 0xff), hexadecimal(usual));
    int options = at + 24;
    boolean own = options + 8 <= end && Arrays.equals(b, options + 2, options + 8, b, 6, 12);
    if (own && b[options] == (solicits ? 1 : 2)) {
      options += 8;
    } else {
      text.append(" bare");
    }
    data(text, b, options, end);
  }

  private static void option(StringBuilder text, String name, String value, String usual) {
    if (!value.equals(usual)) {
      text.append(' ').append(name).append(' ').append(value);
    }
  }

  private static String hexadecimal(int number) {
    return "0x" + Integer.toHexString(number);
  }

  private static void data(StringBuilder text, byte[] bytes, int from, int to) {
    var data = Arrays.copyOfRange(bytes, from, to);
    if (data.length == 0) {
      return;
    }
    int zeros = zerosAtEnd(data);
    if (zeros >= MANY_ZEROS) {
      var rest = Arrays.copyOf(data, data.length - zeros);
      text.append(rest.length == 0 ? "" : " data " + HexFormat.of().formatHex(rest));
      text.append(" zeros ").append(zeros);
      return;
    }
    var ascii = new String(data, StandardCharsets.US_ASCII);
    boolean printable = ascii.chars().allMatch(c -> c >= ' ' && c < 127 && c != '"');
    text.append(printable ? " \"" + ascii + "\"" : " data " + HexFormat.of().formatHex(data));
  }

  private static int zerosAtEnd(byte[] data) {
    int first = data.length;
    while (first > 0 && data[first - 1] == 0) {
      first--;
    }
    return data.length - first;
  }
}
