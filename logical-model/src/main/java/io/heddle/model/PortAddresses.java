package io.heddle.model;

import io.heddle.v1.LogicalSwitchPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;

/**
 * One element of Logical_Switch_Port.addresses, as ovn-nb(5) writes it: "MAC", "MAC IP IP…" (space
 * separated, IPv4 and IPv6 mixed), "unknown", "router", or "[MAC] dynamic [IPv4] [IPv6]".
 */
public sealed interface PortAddresses {
  /** What is the same in all MAC addresses that stand for next hops: 0a:fe or 0a:ff first. */
  long NEXT_HOPS = 0x0afe_0000_0000L;

  long NEXT_HOPS_MASK = 0xfffe_0000_0000L;

  /** What tells a group's MAC address from one station's (IEEE 802, section 8.2.2). */
  long GROUP = 0x0100_0000_0000L;

  /** The port takes frames for addresses that nobody is known to have. */
  record Unknown() implements PortAddresses {}

  /** The port has the addresses of the router port that it leads to. */
  record Router() implements PortAddresses {}

  /** The port has this MAC address (48 bits, in a long) and these IP addresses. */
  record Known(long mac, List<Address> ips) implements PortAddresses {}

  /**
   * The port is to be given an address of each sort that its switch gives, these ones where they
   * are said.
   */
  record Dynamic(Optional<Address> mac, Optional<Address> ipv4, Optional<Address> ipv6)
      implements PortAddresses {}

  /**
   * The addresses of a port whose row the store has accepted, with those it was given for
   * "dynamic".
   */
  static List<PortAddresses> of(LogicalSwitchPort port) {
    var all = new ArrayList<PortAddresses>(port.getAddressesCount());
    for (var text : port.getAddressesList()) {
      var own = parse(text);
      if (!(own instanceof Dynamic)) {
        all.add(own);
      }
    }
    given(port).ifPresent(all::add);
    return List.copyOf(all);
  }

  /** Whether {@link Unknown} is among a port's addresses. */
  static boolean takesUnknown(LogicalSwitchPort port) {
    return port.getAddressesList().contains("unknown");
  }

  /** The addresses as the port's row asks for them. */
  static List<PortAddresses> written(LogicalSwitchPort port) {
    return port.getAddressesList().stream().map(PortAddresses::parse).toList();
  }

  /** The addresses that a port whose row the store has accepted was given for "dynamic". */
  static Optional<Known> given(LogicalSwitchPort port) {
    return Optional.of(port.getDynamicAddresses())
        .filter(text -> !text.isEmpty())
        .map(text -> (Known) parse(text));
  }

  /** The text where it is "MAC" or "MAC IP IP…", else nothing. */
  static Optional<Known> known(String text) {
    return fault(text).isEmpty() && parse(text) instanceof Known known
        ? Optional.of(known)
        : Optional.empty();
  }

  /** Parses one element that is known to be right. */
  static PortAddresses parse(String text) {
    if (text.equals("unknown")) {
      return new Unknown();
    }
    if (text.equals("router")) {
      return new Router();
    }
    var words = words(text);
    int dynamic = words.indexOf("dynamic");
    if (dynamic >= 0) {
      var ips = ips(words.subList(dynamic + 1, words.size()));
      return new Dynamic(
          AddressText.mac(words.get(0)),
          ips.stream().filter(Address::isIpv4).findFirst(),
          ips.stream().filter(Address::isIpv6).findFirst());
    }
    return new Known(macBits(words.get(0)), ips(words.subList(1, words.size())));
  }

  private static List<Address> ips(List<String> words) {
    var ips = new ArrayList<Address>(words.size());
    for (var word : words) {
      ips.add(AddressText.address(word).orElseThrow());
    }
    return List.copyOf(ips);
  }

  /** What is wrong with one element, or nothing. */
  static Optional<String> fault(String text) {
    if (text.equals("unknown") || text.equals("router")) {
      return Optional.empty();
    }
    var words = words(text);
    int dynamic = words.indexOf("dynamic");
    if (dynamic == 0) {
      return dynamicFault(words.subList(1, words.size()));
    }
    var mac = macFault(words.get(0));
    if (mac.isPresent()) {
      return mac;
    }
    return dynamic == 1
        ? dynamicFault(words.subList(2, words.size()))
        : ipFault(words.subList(1, words.size()));
  }

  private static Optional<String> ipFault(List<String> words) {
    for (var word : words) {
      if (!Formats.isIpAddress(word)) {
        return Optional.of("\"" + word + "\" is not an IP address");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> dynamicFault(List<String> words) {
    return ipFault(words)
        .or(
            () -> {
              var sorts = ips(words).stream().map(ip -> ip.isIpv4() ? 4 : 6).toList();
              return sorts.size() <= 1 || sorts.equals(List.of(4, 6))
                  ? Optional.empty()
                  : Optional.of("\"dynamic\" takes one IPv4 address and then one IPv6 address");
            });
  }

  static Optional<String> macFault(String text) {
    var mac = AddressText.mac(text);
    if (mac.isEmpty()) {
      return Optional.of("\"" + text + "\" is not a MAC address");
    }
    if (standsForNextHop(mac.get().low())) {
      return Optional.of(
          "\"" + text + "\" is no port's: 0a:fe and 0a:ff begin what stands for next hops");
    }
    return (mac.get().low() & GROUP) != 0
        ? Optional.of("\"" + text + "\" is a group address, not a port's own")
        : Optional.empty();
  }

  /**
   * Such a MAC address (48 bits) stands, between chassis, for a next hop that the other is to find;
   * so nobody has one, and no VM's frame goes to one.
   */
  static boolean standsForNextHop(long mac) {
    return (mac & NEXT_HOPS_MASK) == NEXT_HOPS;
  }

  /** The 48 bits of a MAC address that is known to be right. */
  static long macBits(String text) {
    return AddressText.mac(text).orElseThrow().low();
  }

  /** At least one, though it may be empty. */
  private static List<String> words(String text) {
    var words = new ArrayList<String>(2);
    var tokens = new StringTokenizer(text.strip(), " ");
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    return words.isEmpty() ? List.of("") : words;
  }
}
