package io.heddle.answer;

import com.google.common.base.Splitter;
import inet.ipaddr.IPAddress;
import io.heddle.answer.RouterAdvertisement.Interval;
import io.heddle.answer.RouterAdvertisement.Mode;
import io.heddle.answer.RouterAdvertisement.Preference;
import io.heddle.answer.RouterAdvertisement.Route;
import io.heddle.model.AddressText;
import io.heddle.model.PortAddresses;
import io.heddle.model.Prefix;
import io.heddle.v1.LogicalRouterPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads ipv6_ra_configs of ovn-nb(5), and default_lifetime, which is not there. */
final class AdvertisementReader {
  private static final Splitter LIST = Splitter.on(',').trimResults().omitEmptyStrings();

  private static final int LEAST_MTU = 1280;
  private static final int MOST_MTU = 65_535;

  /** As long as can be said (RFC 8319 section 4). */
  private static final int LONGEST_LIFETIME = 65_535;

  // MaxRtrAdvInterval and MinRtrAdvInterval, in seconds (RFC 4861 section 6.2.1).
  private static final int LEAST_MAX_INTERVAL = 4;
  private static final int MOST_MAX_INTERVAL = 1_800;
  private static final int USUAL_MAX_INTERVAL = 600;
  private static final int LEAST_MIN_INTERVAL = 3;

  /** From here on a third of the longest interval is long enough for the shortest. */
  private static final int THIRD_FROM = 9;

  /** The option's length is told in one byte (RFC 8106 section 5.1). */
  private static final int MOST_NAME_SERVERS = 127;

  /** In characters, of a name in a search list (RFC 1035 section 2.3.4). */
  private static final int LONGEST_NAME = 253;

  /** In bytes, of all names, as one option may have them. */
  private static final int LONGEST_SEARCH_LIST = 1_000;

  private static final String LABEL = "[\\p{Alnum}_]([\\p{Alnum}_-]{0,61}[\\p{Alnum}_])?";

  private static final Set<String> KEYS =
      Set.of(
          "address_mode",
          "default_lifetime",
          "mtu",
          "router_preference",
          "route_info",
          "rdnss",
          "dnssl",
          "send_periodic",
          "max_interval",
          "min_interval");

  private final LogicalRouterPort port;
  private final BiConsumer<String, String> faults;
  private boolean faulty;

  AdvertisementReader(LogicalRouterPort port, BiConsumer<String, String> faults) {
    this.port = port;
    this.faults = faults;
  }

  Optional<RouterAdvertisement> read() {
    var config = port.getIpv6RaConfigsMap();
    config.keySet().stream()
        .filter(key -> !KEYS.contains(key))
        .sorted()
        .forEach(key -> faults.accept("ipv6_ra_configs:" + key, "is not known"));
    if (value("address_mode").isEmpty()) {
      return Optional.empty();
    }
    var mode = choice("address_mode", Mode.class, Mode.SLAAC);
    var read =
        new RouterAdvertisement(
            PortAddresses.macBits(port.getMac()),
            mode,
            choice("router_preference", Preference.class, Preference.MEDIUM),
            number("default_lifetime", 0, LONGEST_LIFETIME).orElse(LONGEST_LIFETIME),
            number("mtu", LEAST_MTU, MOST_MTU),
            prefixes(),
            nameServers(),
            searchList(),
            routes(),
            unasked());
    if (mode != Mode.DHCPV6_STATEFUL && read.prefixes().stream().noneMatch(this::forAddresses)) {
      // It is advertised all the same, since others may make addresses elsewhere.
      faults.accept(
          "networks", "has no prefix of 64 bits, of which hosts could make addresses (SLAAC)");
    }
    if (!faulty && !read.fits()) {
      fault("", "is more than " + RouterAdvertisement.LONGEST + " bytes");
    }
    return faulty ? Optional.empty() : Optional.of(read);
  }

  private boolean forAddresses(Prefix prefix) {
    return prefix.length() == RouterAdvertisement.PREFIX_FOR_ADDRESSES;
  }

  private Optional<String> value(String key) {
    return Optional.ofNullable(port.getIpv6RaConfigsMap().get(key))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private List<String> list(String key) {
    return value(key).map(LIST::splitToList).orElse(List.of());
  }

  private void fault(String key, String why) {
    faulty = true;
    faults.accept(key.isEmpty() ? "ipv6_ra_configs" : "ipv6_ra_configs:" + key, why);
  }

  private void unlike(String key, String text, String expected) {
    fault(key, "\"" + text + "\" is not " + expected);
  }

  private <E extends Enum<E>> E choice(String key, Class<E> type, E usual) {
    return value(key).map(text -> choice(key, text, type, usual)).orElse(usual);
  }

  private <E extends Enum<E>> E choice(String key, String text, Class<E> type, E usual) {
    for (var constant : type.getEnumConstants()) {
      if (constant.name().equals(text.toUpperCase(Locale.ROOT))) {
        return constant;
      }
    }
    var names = Arrays.stream(type.getEnumConstants()).map(c -> c.name().toLowerCase(Locale.ROOT));
    unlike(key, text, "one of " + names.collect(Collectors.joining(", ")));
    return usual;
  }

  private OptionalInt number(String key, int min, int max) {
    var text = value(key);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    int number = text.get().matches("[0-9]{1,9}") ? Integer.parseInt(text.get()) : -1;
    if (number < min || number > max) {
      unlike(key, text.get(), "a number from " + min + " to " + max);
      return OptionalInt.empty();
    }
    return OptionalInt.of(number);
  }

  private List<Prefix> prefixes() {
    return Stream.concat(port.getNetworksList().stream(), port.getIpv6PrefixList().stream())
        .map(Prefix::of)
        .filter(prefix -> prefix.address().isIPv6() && !prefix.address().isLinkLocal())
        .map(prefix -> new Prefix(prefix.network(), prefix.length()))
        .distinct()
        .toList();
  }

  private List<IPAddress> nameServers() {
    var servers = new ArrayList<IPAddress>();
    for (var text : list("rdnss")) {
      ipv6(text).ifPresentOrElse(servers::add, () -> unlike("rdnss", text, "an IPv6 address"));
    }
    if (servers.size() > MOST_NAME_SERVERS) {
      fault("rdnss", "has more than " + MOST_NAME_SERVERS + " addresses");
      return List.of();
    }
    return servers;
  }

  private static Optional<IPAddress> ipv6(String text) {
    return AddressText.ip(text).filter(IPAddress::isIPv6);
  }

  private List<String> searchList() {
    var names = list("dnssl").stream().map(name -> name.replaceFirst("\\.$", "")).toList();
    for (var name : names) {
      boolean right = name.matches(LABEL + "(\\." + LABEL + ")*") && name.length() <= LONGEST_NAME;
      if (!right) {
        unlike("dnssl", name, "a domain name");
      }
    }
    if (names.stream().mapToInt(name -> name.length() + 2).sum() > LONGEST_SEARCH_LIST) {
      fault("dnssl", "is longer than " + LONGEST_SEARCH_LIST + " bytes");
    }
    return names;
  }

  private List<Route> routes() {
    return list("route_info").stream().flatMap(text -> route(text).stream()).toList();
  }

  private Optional<Route> route(String text) {
    int dash = text.indexOf('-');
    var prefix = text.substring(dash + 1);
    int slash = prefix.indexOf('/');
    var address = ipv6(slash < 0 ? prefix : prefix.substring(0, slash));
    var length = slash < 0 ? "128" : prefix.substring(slash + 1);
    boolean right = length.matches("[0-9]{1,3}") && Integer.parseInt(length) <= 128;
    if (dash < 0 || address.isEmpty() || !right) {
      unlike("route_info", text, "a preference and an IPv6 prefix, as HIGH-2001:db8::/48");
      return Optional.empty();
    }
    var preference =
        choice("route_info", text.substring(0, dash), Preference.class, Preference.MEDIUM);
    return Optional.of(new Route(preference, new Prefix(address.get(), Integer.parseInt(length))));
  }

  private Optional<Interval> unasked() {
    int longest =
        number("max_interval", LEAST_MAX_INTERVAL, MOST_MAX_INTERVAL).orElse(USUAL_MAX_INTERVAL);
    int most = Math.max(LEAST_MIN_INTERVAL, longest * 3 / 4);
    int usual = longest >= THIRD_FROM ? longest / 3 : most;
    int shortest = number("min_interval", LEAST_MIN_INTERVAL, most).orElse(usual);
    var asked = value("send_periodic").orElse("false");
    if (!asked.equals("true") && !asked.equals("false")) {
      unlike("send_periodic", asked, "true or false");
    }
    return asked.equals("true")
        ? Optional.of(new Interval(Duration.ofSeconds(shortest), Duration.ofSeconds(longest)))
        : Optional.empty();
  }
}
