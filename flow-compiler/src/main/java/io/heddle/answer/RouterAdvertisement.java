package io.heddle.answer;

import inet.ipaddr.IPAddress;
import inet.ipaddr.mac.MACAddress;
import io.heddle.model.Prefix;
import io.heddle.trace.Headers;
import io.heddle.trace.Packet;
import io.heddle.v1.LogicalRouterPort;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/**
 * What a router's port tells the hosts of its network (RFC 4861 section 4.2). What it tells of
 * prefixes, routes and name servers holds for ever, so that nobody loses an address or a route
 * while there is no controller.
 *
 * @param mac the port's
 * @param lifetime how long hosts send by this router, in seconds; 0 for not at all
 * @param mtu in bytes
 * @param unasked how often it says so unasked
 */
public record RouterAdvertisement(
    long mac,
    Mode mode,
    Preference preference,
    int lifetime,
    OptionalInt mtu,
    List<Prefix> prefixes,
    List<IPAddress> nameServers,
    List<String> searchList,
    List<Route> routes,
    Optional<Interval> unasked) {

  /** Where hosts get addresses from. */
  public enum Mode {
    SLAAC(0),
    DHCPV6_STATELESS(0x40),
    DHCPV6_STATEFUL(0x80);

    private final int flags;

    Mode(int flags) {
      this.flags = flags;
    }
  }

  /** How much a router, or a route, is preferred to others (RFC 4191 section 2.1). */
  public enum Preference {
    HIGH(0x08),
    MEDIUM(0),
    LOW(0x18);

    private final int flags;

    Preference(int flags) {
      this.flags = flags;
    }
  }

  /** A route by the router (RFC 4191 section 2.3). */
  public record Route(Preference preference, Prefix prefix) {}

  /** The time between two advertisements is any between these two. */
  public record Interval(Duration shortest, Duration longest) {}

  /** Bytes of the whole frame, without its Ethernet header: the least MTU of IPv6. */
  static final int LONGEST = 1280;

  private static final int HOPS = 255;
  private static final int TYPE = 134;

  /** That hosts should begin their packets with. */
  private static final int HOPS_OF_HOSTS = 64;

  private static final int FOR_EVER = -1;
  private static final int SOURCE_ADDRESS = 1;
  private static final int PREFIX = 3;
  private static final int MTU = 5;
  private static final int ROUTE = 24;
  private static final int NAME_SERVERS = 25;
  private static final int SEARCH_LIST = 31;
  private static final int ON_LINK = 0x80;
  private static final int AUTONOMOUS = 0x40;

  /** Hosts make addresses only of prefixes that long (RFC 4291 section 2.5.1). */
  static final int PREFIX_FOR_ADDRESSES = 64;

  public RouterAdvertisement {
    prefixes = List.copyOf(prefixes);
    nameServers = List.copyOf(nameServers);
    searchList = List.copyOf(searchList);
    routes = List.copyOf(routes);
  }

  /**
   * What a port is to advertise; nothing, if nothing is asked for or a fault is in the way.
   *
   * @param faults is told each column or key at fault, and why
   */
  public static Optional<RouterAdvertisement> of(
      LogicalRouterPort port, BiConsumer<String, String> faults) {
    return new AdvertisementReader(port, faults).read();
  }

  /**
   * The frame.
   *
   * @param host the MAC address that it goes to, 6 bytes
   * @param address the IPv6 address that it goes to, 16 bytes
   */
  public Packet to(byte[] host, byte[] address) {
    var message = message();
    var frame = ByteBuffer.allocate(Headers.ETHERNET + Headers.IPV6_HEADER + message.length);
    frame.put(host).put(macBytes()).putShort((short) Headers.IPV6);
    frame.putInt(6 << 28).putShort((short) message.length);
    frame.put((byte) Headers.ICMPV6).put((byte) HOPS);
    frame.put(new MACAddress(mac).toLinkLocalIPv6().getBytes()).put(address);
    return Packet.corrected(frame.put(message).array());
  }

  /** What the port says last: nobody is to send by it any more (RFC 4861 section 6.2.5). */
  RouterAdvertisement farewell() {
    return new RouterAdvertisement(
        mac, mode, preference, 0, mtu, prefixes, nameServers, searchList, routes, unasked);
  }

  boolean fits() {
    return Headers.IPV6_HEADER + message().length <= LONGEST;
  }

  private byte[] message() {
    var out = ByteBuffer.allocate(Packet.LONGEST * 8);
    out.put((byte) TYPE).put((byte) 0).putShort((short) 0);
    // No router at all is preferred to none (RFC 4191 section 2.2).
    var preferred = lifetime == 0 ? Preference.MEDIUM : preference;
    out.put((byte) HOPS_OF_HOSTS).put((byte) (mode.flags | preferred.flags));
    out.putShort((short) lifetime).putInt(0).putInt(0);
    out.put((byte) SOURCE_ADDRESS).put((byte) 1).put(macBytes());
    mtu.ifPresent(bytes -> option(out, MTU, 1).putShort((short) 0).putInt(bytes));
    prefixes.forEach(prefix -> prefix(out, prefix));
    routes.forEach(route -> route(out, route));
    if (!nameServers.isEmpty()) {
      option(out, NAME_SERVERS, 1 + 2 * nameServers.size()).putShort((short) 0).putInt(FOR_EVER);
      nameServers.forEach(server -> out.put(server.getBytes()));
    }
    if (!searchList.isEmpty()) {
      searchList(out);
    }
    var bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /**
   * @param length in units of 8 bytes
   */
  private static ByteBuffer option(ByteBuffer out, int type, int length) {
    return out.put((byte) type).put((byte) length);
  }

  private void prefix(ByteBuffer out, Prefix prefix) {
    boolean autonomous = mode != Mode.DHCPV6_STATEFUL && prefix.length() == PREFIX_FOR_ADDRESSES;
    option(out, PREFIX, 4).put((byte) prefix.length());
    out.put((byte) (autonomous ? ON_LINK | AUTONOMOUS : ON_LINK));
    out.putInt(FOR_EVER).putInt(FOR_EVER).putInt(0).put(prefix.network().getBytes());
  }

  private static void route(ByteBuffer out, Route route) {
    int words = (route.prefix().length() + 63) / 64;
    option(out, ROUTE, 1 + words).put((byte) route.prefix().length());
    out.put((byte) route.preference().flags).putInt(FOR_EVER);
    out.put(route.prefix().network().getBytes(), 0, 8 * words);
  }

  /** Names as in DNS, each ended by an empty label, and zeros up to a whole unit. */
  private void searchList(ByteBuffer out) {
    int start = out.position();
    option(out, SEARCH_LIST, 0).putShort((short) 0).putInt(FOR_EVER);
    for (var name : searchList) {
      for (var label : name.split("\\.")) {
        out.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
      }
      out.put((byte) 0);
    }
    while ((out.position() - start) % 8 != 0) {
      out.put((byte) 0);
    }
    out.put(start + 1, (byte) ((out.position() - start) / 8));
  }

  private byte[] macBytes() {
    return new MACAddress(mac).getBytes();
  }
}
