package io.heddle.model;

import io.heddle.model.PortAddresses.Known;
import io.heddle.model.relation.UuidSets;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.NbGlobal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentMap;

/**
 * Which addresses are in use in the switches that give addresses to their ports; other switches are
 * not in it. It follows from the rows and is kept up with them, so that neither finding a free
 * address nor seeing that one is taken costs more where there are more ports.
 *
 * @param macUsers how often each MAC address is used in all these switches; given MACs are unique
 * @param leading the switches' ports, in all switches, that lead to a router's port of that name;
 *     they have its addresses
 * @param macPrefix of the MAC addresses that switches give which say none, 24 bits
 */
record AddressBook(
    PersistentMap<UUID, Page> pages,
    PersistentMap<Long, Integer> macUsers,
    NumberSet macs,
    PersistentMap<String, Set<UUID>> leading,
    long macPrefix) {
  private static final String ROUTER_PORT = "router-port";

  static final Kind SWITCHES = Schema.rows().kind(LogicalSwitch.class);
  static final Kind PORTS = Schema.rows().kind(LogicalSwitchPort.class);

  static final Kind ROUTER_PORTS = Schema.rows().kind(LogicalRouterPort.class);

  static final Kind GLOBAL = Schema.rows().kind(NbGlobal.class);

  static final AddressBook EMPTY =
      new AddressBook(
          ExtensionsKt.persistentHashMapOf(),
          ExtensionsKt.persistentHashMapOf(),
          NumberSet.empty(48),
          ExtensionsKt.persistentHashMapOf(),
          AddressPlan.DEFAULT_MAC_PREFIX);

  /** The routers' ports of one state of the rows, by their names. */
  interface RouterPorts {
    Optional<Row> named(String name);
  }

  /** The part of a given MAC that is not its prefix; neither all zeros nor all ones. */
  private static final long LAST_MAC_SUFFIX = 0xfffffe;

  /**
   * One switch.
   *
   * @param ipv4 the IPv4 addresses that cannot be given: withheld or in use
   */
  record Page(AddressPlan plan, PersistentMap<Address, Users> users, NumberSet ipv4) {
    private static Page of(AddressPlan plan) {
      var withheld = plan.subnet().map(AddressPlan.Subnet::withheld).orElse(NumberSet.empty(32));
      return new Page(plan, ExtensionsKt.persistentHashMapOf(), withheld);
    }

    private Page with(Address address, Users now) {
      var addresses = now.isNobody() ? users.removing(address) : users.putting(address, now);
      if (!address.isIpv4()) {
        return new Page(plan, addresses, ipv4);
      }
      long ip = address.low();
      boolean withheld = plan.subnet().filter(s -> s.withheld().contains(ip)).isPresent();
      return new Page(
          plan, addresses, now.isNobody() && !withheld ? ipv4.without(ip) : ipv4.with(ip));
    }
  }

  /**
   * Who uses an address in a switch.
   *
   * @param fixed how many ports say themselves that they have it
   * @param given the port that was given it
   */
  record Users(int fixed, Optional<UUID> given) {
    private static final Users NOBODY = new Users(0, Optional.empty());

    boolean isNobody() {
      return fixed == 0 && given.isEmpty();
    }
  }

  /** What rows that have been accepted use. */
  static AddressBook of(
      Optional<Row> global, Iterable<Row> switches, Iterable<Row> ports, RouterPorts routerPorts) {
    var book = EMPTY.withMacPrefix(macPrefix(global, (key, why) -> {}));
    for (var row : switches) {
      book = book.planned(row.uuid(), book.plan(row));
    }
    for (var row : ports) {
      book = book.leads(row).with(row, routerPorts);
    }
    return book;
  }

  /** The prefix that the row says which concerns the whole network, if there is one. */
  static long macPrefix(Optional<Row> global, BiConsumer<String, String> sink) {
    return global
        .map(row -> AddressPlan.macPrefix(row.as(NbGlobal.class).getOptionsMap(), sink))
        .orElse(AddressPlan.DEFAULT_MAC_PREFIX);
  }

  /** What a switch's row says that has been accepted. */
  Optional<AddressPlan> plan(Row row) {
    return plan(row, (key, why) -> {});
  }

  Optional<AddressPlan> plan(Row row, BiConsumer<String, String> sink) {
    return AddressPlan.of(row.as(LogicalSwitch.class).getOtherConfigMap(), macPrefix, sink);
  }

  /** The same where switches that say none have another prefix, once they are planned anew. */
  AddressBook withMacPrefix(long prefix) {
    return new AddressBook(pages, macUsers, macs, leading, prefix);
  }

  Optional<AddressPlan> plan(UUID logicalSwitch) {
    return Optional.ofNullable(pages.get(logicalSwitch)).map(Page::plan);
  }

  Users users(UUID logicalSwitch, Address address) {
    var page = pages.get(logicalSwitch);
    return page == null ? Users.NOBODY : page.users.getOrDefault(address, Users.NOBODY);
  }

  /** The same where a switch of which no port is in the book has another plan, or none. */
  AddressBook planned(UUID logicalSwitch, Optional<AddressPlan> plan) {
    return new AddressBook(
        plan.map(p -> pages.putting(logicalSwitch, Page.of(p)))
            .orElseGet(() -> pages.removing(logicalSwitch)),
        macUsers,
        macs,
        leading,
        macPrefix);
  }

  private AddressBook with(Row port, RouterPorts routerPorts) {
    var row = port.as(LogicalSwitchPort.class);
    var owner = UUID.fromString(row.getLogicalSwitch());
    if (!pages.containsKey(owner)) {
      return this;
    }
    var book = this;
    for (var address : fixed(row, routerPorts)) {
      book = book.withFixed(owner, address);
    }
    for (var address : given(row)) {
      book = book.withGiven(owner, address, port.uuid());
    }
    return book;
  }

  /** The same without all that a port uses. */
  AddressBook without(Row port, RouterPorts routerPorts) {
    var row = port.as(LogicalSwitchPort.class);
    var owner = UUID.fromString(row.getLogicalSwitch());
    var book = leadsNot(port);
    if (!pages.containsKey(owner)) {
      return book;
    }
    for (var address : fixed(row, routerPorts)) {
      var users = book.users(owner, address);
      book = book.with(owner, address, new Users(users.fixed - 1, users.given), -1);
    }
    for (var address : given(row)) {
      var users = book.users(owner, address);
      book = book.with(owner, address, new Users(users.fixed, Optional.empty()), -1);
    }
    return book;
  }

  /** The switches' ports that lead to a router's port. */
  Set<UUID> leading(String routerPort) {
    return leading.getOrDefault(routerPort, Set.of());
  }

  /** The same with a switch's port leading where it does. */
  AddressBook leads(Row port) {
    return end(port.as(LogicalSwitchPort.class))
        .map(
            name ->
                leading.putting(name, UuidSets.built(UuidSets.with(leading(name), port.uuid()))))
        .map(now -> new AddressBook(pages, macUsers, macs, now, macPrefix))
        .orElse(this);
  }

  private AddressBook leadsNot(Row port) {
    return end(port.as(LogicalSwitchPort.class))
        .map(
            name -> {
              var rest = UuidSets.built(UuidSets.without(leading(name), port.uuid()));
              return rest.isEmpty() ? leading.removing(name) : leading.putting(name, rest);
            })
        .map(now -> new AddressBook(pages, macUsers, macs, now, macPrefix))
        .orElse(this);
  }

  /** The name of the router's port that a switch's port leads to. */
  static Optional<String> end(LogicalSwitchPort port) {
    return Optional.of(port.getOptionsOrDefault(ROUTER_PORT, ""))
        .filter(name -> port.getType().equals("router") && !name.isEmpty());
  }

  AddressBook withFixed(UUID logicalSwitch, Address address) {
    var users = users(logicalSwitch, address);
    return with(logicalSwitch, address, new Users(users.fixed + 1, users.given), 1);
  }

  AddressBook withGiven(UUID logicalSwitch, Address address, UUID port) {
    var users = users(logicalSwitch, address);
    return with(logicalSwitch, address, new Users(users.fixed, Optional.of(port)), 1);
  }

  private AddressBook with(UUID logicalSwitch, Address address, Users now, int more) {
    var changed = pages.putting(logicalSwitch, pages.get(logicalSwitch).with(address, now));
    if (!address.isMac()) {
      return new AddressBook(changed, macUsers, macs, leading, macPrefix);
    }
    long mac = address.low();
    int users = macUsers.getOrDefault(mac, 0) + more;
    return users == 0
        ? new AddressBook(changed, macUsers.removing(mac), macs.without(mac), leading, macPrefix)
        : new AddressBook(
            changed, macUsers.putting(mac, users), macs.with(mac), leading, macPrefix);
  }

  /** The lowest IPv4 address that a switch with a subnet can give. */
  Optional<Address> freeIpv4(UUID logicalSwitch) {
    var page = pages.get(logicalSwitch);
    var subnet = page.plan.subnet().orElseThrow();
    return boxed(page.ipv4.firstAbsent(subnet.network() + 1, subnet.broadcast() - 1))
        .map(Address::ipv4);
  }

  /**
   * A MAC address that nobody uses: one that ends as the port's IPv4 address, or else the next that
   * is free.
   */
  Optional<Address> freeMac(long prefix, Optional<Address> ipv4) {
    long start = Math.max(1, ipv4.map(ip -> ip.low() & 0xffffff).orElse(1L));
    long zero = prefix << 24;
    return boxed(macs.firstAbsent(zero + start, zero + LAST_MAC_SUFFIX))
        .or(() -> boxed(macs.firstAbsent(zero + 1, zero + LAST_MAC_SUFFIX)))
        .map(Address::mac);
  }

  private static Optional<Long> boxed(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }

  private static Set<Address> fixed(LogicalSwitchPort port, RouterPorts routerPorts) {
    var own =
        PortAddresses.written(port).stream()
            .flatMap(a -> a instanceof Known known ? Address.of(known) : Stream.of());
    return Stream.concat(own, ofRouter(port, routerPorts)).collect(Collectors.toSet());
  }

  /** The addresses that a switch's port has because it leads to a router's port. */
  static Stream<Address> ofRouter(LogicalSwitchPort port, RouterPorts routerPorts) {
    return end(port)
        .flatMap(routerPorts::named)
        .map(row -> row.as(LogicalRouterPort.class))
        .stream()
        .flatMap(
            end ->
                Stream.concat(
                    Stream.of(Address.mac(PortAddresses.macBits(end.getMac()))),
                    end.getNetworksList().stream().map(n -> Address.of(Prefix.of(n).address()))));
  }

  private static Set<Address> given(LogicalSwitchPort port) {
    return PortAddresses.given(port).stream().flatMap(Address::of).collect(Collectors.toSet());
  }
}
