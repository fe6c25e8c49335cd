package io.heddle.model;

import inet.ipaddr.IPAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * Which addresses a switch gives its ports, as its other_config says it: {@code subnet}, {@code
 * exclude_ips}, {@code ipv6_prefix}, {@code mac_prefix} and {@code mac_only} of ovn-nb(5).
 *
 * @param ipv6Prefix the upper 64 bits of IPv6 addresses
 * @param macPrefix the upper 24 bits of MAC addresses
 */
record AddressPlan(Optional<Subnet> subnet, OptionalLong ipv6Prefix, long macPrefix) {
  /** 0a:00:00, which is nobody's: a MAC of local administration (IEEE 802c). */
  static final long DEFAULT_MAC_PREFIX = 0x0a0000;

  /** Longer ones have no address beside those of the network, the router and broadcast. */
  private static final int LONGEST_SUBNET_PREFIX = 30;

  private static final int IPV6_PREFIX = 64;

  /**
   * IPv4 addresses of one network.
   *
   * @param withheld those between network and broadcast address that are not given to ports: the
   *     first, which is the router's, and what is excluded
   */
  record Subnet(long network, long broadcast, NumberSet withheld) {
    boolean gives(long ip) {
      return ip > network && ip < broadcast && !withheld.contains(ip);
    }

    @Override
    public String toString() {
      int prefix = Long.numberOfLeadingZeros(network ^ broadcast) - 32;
      return Address.ipv4(network) + "/" + prefix;
    }
  }

  /**
   * The plan that a switch's other_config says, or nothing where it asks for none. Tells the sink
   * each key at fault and why; the plan is without it then.
   *
   * @param macPrefix where the switch says none
   */
  static Optional<AddressPlan> of(
      Map<String, String> config, long macPrefix, BiConsumer<String, String> sink) {
    return new Reader(config, macPrefix, sink).plan();
  }

  /** What NB_Global's options say of all switches that say no prefix; tells what is at fault. */
  static long macPrefix(Map<String, String> options, BiConsumer<String, String> sink) {
    return new Reader(options, DEFAULT_MAC_PREFIX, sink).macPrefix();
  }

  private record Reader(
      Map<String, String> config, long otherwise, BiConsumer<String, String> sink) {
    Optional<AddressPlan> plan() {
      var subnet = value("subnet").flatMap(this::subnet);
      var prefix = value("ipv6_prefix").map(this::ipv6Prefix).orElse(OptionalLong.empty());
      boolean macOnly = value("mac_only").filter(this::isTrue).isPresent();
      return subnet.isPresent() || prefix.isPresent() || macOnly
          ? Optional.of(new AddressPlan(subnet, prefix, macPrefix()))
          : Optional.empty();
    }

    long macPrefix() {
      return value("mac_prefix").map(this::macPrefix).orElse(otherwise);
    }

    private Optional<String> value(String key) {
      return Optional.ofNullable(config.get(key)).map(String::strip).filter(v -> !v.isEmpty());
    }

    private Optional<Subnet> subnet(String text) {
      var slash = text.indexOf('/');
      var ip = ipv4(slash < 0 ? text : text.substring(0, slash));
      int prefix = slash < 0 ? -1 : prefixLength(text.substring(slash + 1));
      if (ip.isEmpty() || prefix < 1 || prefix > LONGEST_SUBNET_PREFIX) {
        fault("subnet", text, "an IPv4 prefix of at most " + LONGEST_SUBNET_PREFIX + " bits");
        return Optional.empty();
      }
      long hosts = (1L << 32 - prefix) - 1;
      long network = ip.getAsLong() & ~hosts;
      var router = NumberSet.empty(32).with(network + 1);
      var all = new Subnet(network, network + hosts, router);
      var withheld = value("exclude_ips").map(e -> excluded(e, all)).orElse(router);
      return Optional.of(new Subnet(all.network, all.broadcast, withheld));
    }

    private NumberSet excluded(String text, Subnet subnet) {
      var excluded = subnet.withheld;
      for (var range : text.split("\\s+")) {
        int dots = range.indexOf("..");
        var first = ipv4(dots < 0 ? range : range.substring(0, dots));
        var last = dots < 0 ? first : ipv4(range.substring(dots + 2));
        if (first.isEmpty() || last.isEmpty() || first.getAsLong() > last.getAsLong()) {
          fault("exclude_ips", range, "an IPv4 address or a range A..B of them");
        } else if (first.getAsLong() < subnet.network || last.getAsLong() > subnet.broadcast) {
          fault("exclude_ips", range, "within " + subnet);
        } else {
          excluded = excluded.with(first.getAsLong(), last.getAsLong());
        }
      }
      return excluded;
    }

    private OptionalLong ipv6Prefix(String text) {
      int slash = text.indexOf('/');
      var ip = AddressText.ip(slash < 0 ? text : text.substring(0, slash));
      boolean right = slash < 0 || prefixLength(text.substring(slash + 1)) == IPV6_PREFIX;
      if (right && ip.filter(IPAddress::isIPv6).isPresent()) {
        var address = Address.of(ip.get());
        if (address.low() == 0) {
          return OptionalLong.of(address.high());
        }
      }
      fault("ipv6_prefix", text, "an IPv6 prefix of " + IPV6_PREFIX + " bits");
      return OptionalLong.empty();
    }

    private long macPrefix(String text) {
      if (!text.matches("\\p{XDigit}{1,2}(:\\p{XDigit}{1,2}){2}")) {
        fault("mac_prefix", text, "the first three bytes of a MAC address");
        return otherwise;
      }
      long prefix = 0;
      for (var part : text.split(":")) {
        prefix = prefix << 8 | Long.parseLong(part, 16);
      }
      if ((prefix & 0x010000) != 0) {
        fault("mac_prefix", text, "of addresses that single ports may have");
        return otherwise;
      }
      if (PortAddresses.standsForNextHop(prefix << 24)) {
        fault("mac_prefix", text, "of ports, for 0a:fe and 0a:ff begin what stands for next hops");
      }
      return prefix;
    }

    private boolean isTrue(String text) {
      if (!text.equals("true") && !text.equals("false")) {
        fault("mac_only", text, "true or false");
      }
      return text.equals("true");
    }

    private static OptionalLong ipv4(String text) {
      return AddressText.ip(text).filter(IPAddress::isIPv4).stream()
          .mapToLong(ip -> ip.toIPv4().longValue())
          .findFirst();
    }

    /** -1 for what is none. */
    private static int prefixLength(String text) {
      return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    private void fault(String key, String text, String expected) {
      sink.accept(key, "\"" + text + "\" is not " + expected);
    }
  }
}
