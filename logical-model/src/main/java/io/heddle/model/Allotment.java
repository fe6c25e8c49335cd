package io.heddle.model;

import io.heddle.model.AddressPlan.Subnet;
import io.heddle.model.PortAddresses.Dynamic;
import io.heddle.model.PortAddresses.Known;
import io.heddle.v1.LogicalSwitchPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of settling a draft that gives ports with "dynamic" their addresses. First the addresses
 * of all ports that change return; then ports keep what they had and what still fits, wishes are
 * met, addresses that are written down are noted, ports that come from elsewhere, new or out of
 * another switch, keep what they had there, and the rest get what is free. A port that does not
 * change, in a switch whose plan does not, is not looked at.
 */
final class Allotment {
  private final Draft draft;
  private AddressBook book;

  Allotment(Draft draft, AddressBook book) {
    this.draft = draft;
    this.book = book;
  }

  /** Settles the addresses of rows that are right by themselves and returns the book then. */
  AddressBook settle() {
    var changed = ChangedPlans.of(draft, book);
    book = changed.book();
    var ports = changedPorts(changed.plans().keySet());
    ports.forEach(
        port -> draft.soundOld(port).ifPresent(row -> book = book.without(row, this::old)));
    changed.plans().forEach((place, plan) -> book = book.planned(place.uuid(), plan));
    var all = new ArrayList<Request>();
    for (var port : ports) {
      draft.sound(port).filter(this::isConcerned).map(Request::new).ifPresent(all::add);
    }
    all.stream().filter(request -> !request.arrives).forEach(Request::keep);
    all.forEach(Request::take);
    all.forEach(Request::note);
    all.stream().filter(request -> request.arrives).forEach(Request::keep);
    all.forEach(Request::give);
    all.forEach(Request::write);
    return book;
  }

  /** Most ports have all their addresses written down, in switches that give none. */
  private boolean isConcerned(Row row) {
    var port = row.as(LogicalSwitchPort.class);
    return !port.getType().isEmpty()
        || !port.getDynamicAddresses().isEmpty()
        || namesDynamic(port)
        || book.plan(UUID.fromString(port.getLogicalSwitch())).isPresent();
  }

  private static boolean namesDynamic(LogicalSwitchPort port) {
    for (var address : port.getAddressesList()) {
      if (address.contains("dynamic")) {
        return true;
      }
    }
    return false;
  }

  private Optional<Row> old(String routerPort) {
    return draft.soundOld(AddressBook.ROUTER_PORTS, routerPort);
  }

  private Optional<Row> now(String routerPort) {
    return draft.sound(AddressBook.ROUTER_PORTS, routerPort);
  }

  /**
   * In the order of operations; ports that only a router's port or a switch's plan draws in after
   * them, by age.
   */
  private Set<Place> changedPorts(Set<Place> switches) {
    var ports = new LinkedHashSet<Place>();
    for (var place : draft.places()) {
      if (place.kind().equals(AddressBook.PORTS) && changed(place)) {
        ports.add(place);
      }
    }
    for (var place : draft.places()) {
      if (place.kind().equals(AddressBook.ROUTER_PORTS)) {
        Stream.of(draft.old(place), draft.row(place))
            .flatMap(Optional::stream)
            .flatMap(row -> book.leading(row.name()).stream())
            .flatMap(uuid -> draft.row(AddressBook.PORTS, uuid).stream())
            .sorted(ChangedPlans.OLDEST_FIRST)
            .map(row -> new Place(AddressBook.PORTS, row.uuid()))
            .peek(port -> draft.touch(port, place))
            .forEach(ports::add);
      }
    }
    for (var place : switches) {
      draft
          .index(new IndexKey(AddressBook.PORTS, "logical_switch", place.uuid().toString()))
          .stream()
          .flatMap(uuid -> draft.sound(new Place(AddressBook.PORTS, uuid)).stream())
          .sorted(ChangedPlans.OLDEST_FIRST)
          .map(row -> new Place(AddressBook.PORTS, row.uuid()))
          .peek(port -> draft.touch(port, place))
          .forEach(ports::add);
    }
    return ports;
  }

  private boolean changed(Place place) {
    var old = draft.soundOld(place).map(row -> row.as(LogicalSwitchPort.class));
    var now = draft.sound(place).map(row -> row.as(LogicalSwitchPort.class));
    return old.isEmpty() || now.isEmpty() || !same(old.get(), now.get());
  }

  /** What Heddle allotted does not differ: only this class writes it. */
  private static boolean same(LogicalSwitchPort one, LogicalSwitchPort other) {
    return one.getLogicalSwitch().equals(other.getLogicalSwitch())
        && AddressBook.end(one).equals(AddressBook.end(other))
        && one.getAddressesList().equals(other.getAddressesList());
  }

  /** One port that may ask for addresses, and what it has been given so far. */
  private final class Request {
    private final Row row;
    private final UUID logicalSwitch;
    private final boolean arrives;
    private final List<PortAddresses> written;
    private final Optional<AddressPlan> plan;
    private final Optional<Dynamic> wish;
    private final String field;
    private Optional<Address> mac = Optional.empty();
    private Optional<Address> ipv4 = Optional.empty();
    private Optional<Address> ipv6 = Optional.empty();

    Request(Row row) {
      var port = row.as(LogicalSwitchPort.class);
      this.row = row;
      this.logicalSwitch = UUID.fromString(port.getLogicalSwitch());
      this.arrives =
          draft
              .old(new Place(row.kind(), row.uuid()))
              .map(old -> old.as(LogicalSwitchPort.class).getLogicalSwitch())
              .filter(port.getLogicalSwitch()::equals)
              .isEmpty();
      this.plan = book.plan(logicalSwitch);
      // In a switch without a plan all other addresses are nothing to this class.
      this.written =
          plan.isPresent() || namesDynamic(port) ? PortAddresses.written(port) : List.of();
      var dynamic = new ArrayList<Integer>();
      for (int i = 0; i < written.size(); i++) {
        if (written.get(i) instanceof Dynamic) {
          dynamic.add(i);
        }
      }
      if (dynamic.size() > 1) {
        draft.fault(row, element(dynamic.get(1)), "only one of them may be dynamic");
      }
      this.field = dynamic.isEmpty() ? "addresses" : element(dynamic.get(0));
      this.wish = dynamic.stream().findFirst().map(i -> (Dynamic) written.get(i));
    }

    private static String element(int index) {
      return "addresses[" + index + "]";
    }

    private boolean asks() {
      return plan.isPresent() && wish.isPresent();
    }

    private Optional<Subnet> subnet() {
      return plan.flatMap(AddressPlan::subnet);
    }

    private OptionalLong ipv6Prefix() {
      return plan.map(AddressPlan::ipv6Prefix).orElse(OptionalLong.empty());
    }

    /** Gives the port what it has of old, as far as it is what it would ask for and is free. */
    void keep() {
      if (!asks()) {
        return;
      }
      var had =
          PortAddresses.known(row.as(LogicalSwitchPort.class).getDynamicAddresses()).stream()
              .flatMap(Address::of)
              .toList();
      mac = mac.or(() -> kept(had, Address::isMac, wish.get().mac(), this::isOfPlan));
      ipv4 = ipv4.or(() -> kept(had, Address::isIpv4, wish.get().ipv4(), this::isOfSubnet));
      ipv6 = ipv6.or(() -> kept(had, Address::isIpv6, wish.get().ipv6(), this::isOfMac));
    }

    private Optional<Address> kept(
        List<Address> had,
        Predicate<Address> sort,
        Optional<Address> wished,
        Predicate<Address> otherwise) {
      return had.stream()
          .filter(sort)
          .findFirst()
          .filter(address -> wished.map(address::equals).orElseGet(() -> otherwise.test(address)))
          .filter(address -> isApplicable(address) && users(address).isNobody())
          .map(this::given);
    }

    /**
     * What the port brought from elsewhere or was told to have may be another switch's too; what it
     * was given is its own.
     */
    private boolean isOfPlan(Address address) {
      return address.low() >>> 24 == plan.orElseThrow().macPrefix()
          && (wasGivenMac() || !book.macs().contains(address.low()));
    }

    private boolean wasGivenMac() {
      return draft.soundOld(new Place(row.kind(), row.uuid())).stream()
          .flatMap(old -> PortAddresses.written(old.as(LogicalSwitchPort.class)).stream())
          .anyMatch(a -> a instanceof Dynamic dynamic && dynamic.mac().isEmpty());
    }

    private boolean isOfSubnet(Address address) {
      return subnet().filter(s -> s.gives(address.low())).isPresent();
    }

    private boolean isOfMac(Address address) {
      return generatedIpv6().equals(Optional.of(address));
    }

    /** Whether the plan still has such addresses at all. */
    private boolean isApplicable(Address address) {
      return address.isMac()
          || address.isIpv4() && isOfSubnet(address)
          || address.isIpv6() && isOfPrefix(address);
    }

    private boolean isOfPrefix(Address address) {
      return ipv6Prefix().isPresent() && ipv6Prefix().getAsLong() == address.high();
    }

    private Optional<Address> generatedIpv6() {
      return ipv6Prefix().isPresent()
          ? mac.map(m -> Address.eui64(ipv6Prefix().getAsLong(), m))
          : Optional.empty();
    }

    /** Takes the addresses that the port asks for by their number. */
    void take() {
      if (!asks()) {
        return;
      }
      if (mac.isEmpty()) {
        mac = wish.get().mac().flatMap(this::taken);
      }
      if (ipv4.isEmpty() && subnet().isPresent()) {
        ipv4 = wish.get().ipv4().flatMap(ip -> taken(ip, "subnet " + subnet().get()));
      }
      if (ipv6.isEmpty() && ipv6Prefix().isPresent()) {
        ipv6 = wish.get().ipv6().flatMap(ip -> taken(ip, "ipv6_prefix"));
      }
    }

    private Optional<Address> taken(Address address, String source) {
      if (!isApplicable(address)) {
        draft.fault(row, field, address + " is not among those that " + source + " gives");
        return Optional.empty();
      }
      return taken(address);
    }

    private Optional<Address> taken(Address address) {
      if (!users(address).isNobody()) {
        draft.fault(row, field, address + " is taken by " + user(address));
        return Optional.empty();
      }
      return Optional.of(given(address));
    }

    /** Notes the addresses that are the port's own, or its router's, whatever the plan. */
    void note() {
      book = book.leads(row);
      if (plan.isEmpty()) {
        return;
      }
      var seen = new HashSet<Address>();
      for (int i = 0; i < written.size(); i++) {
        if (written.get(i) instanceof Known known) {
          var element = element(i);
          Address.of(known).filter(seen::add).forEach(address -> note(element, address));
        }
      }
      AddressBook.ofRouter(row.as(LogicalSwitchPort.class), Allotment.this::now)
          .filter(seen::add)
          .forEach(address -> note("options[router-port]", address));
    }

    private void note(String element, Address address) {
      if (users(address).given().isPresent()) {
        draft.fault(row, element, address + " is taken by " + user(address));
      }
      book = book.withFixed(logicalSwitch, address);
    }

    /** Gives the port what it asks for and has not got. */
    void give() {
      if (!asks()) {
        return;
      }
      if (ipv4.isEmpty() && subnet().isPresent()) {
        ipv4 = book.freeIpv4(logicalSwitch).map(this::given);
        if (ipv4.isEmpty()) {
          draft.fault(row, field, "all addresses of subnet " + subnet().get() + " are taken");
        }
      }
      if (mac.isEmpty()) {
        mac = book.freeMac(plan.get().macPrefix(), ipv4).map(this::given);
        if (mac.isEmpty()) {
          draft.fault(row, field, "all addresses of the mac_prefix are taken");
        }
      }
      if (ipv6.isEmpty()) {
        ipv6 = generatedIpv6().flatMap(this::taken);
      }
    }

    private Address given(Address address) {
      book = book.withGiven(logicalSwitch, address, row.uuid());
      return address;
    }

    private AddressBook.Users users(Address address) {
      return book.users(logicalSwitch, address);
    }

    private String user(Address address) {
      return users(address)
          .given()
          .flatMap(uuid -> draft.row(AddressBook.PORTS, uuid))
          .map(user -> user.kind() + " " + user.name())
          .orElse("another port of the switch");
    }

    void write() {
      var port = row.as(LogicalSwitchPort.class);
      if (!asks() && port.getDynamicAddresses().isEmpty()) {
        return;
      }
      var text =
          Stream.of(mac, ipv4, ipv6)
              .flatMap(Optional::stream)
              .map(Address::toString)
              .collect(Collectors.joining(" "));
      if (!text.equals(port.getDynamicAddresses())) {
        draft.allot(row.uuid(), text);
      }
    }
  }
}
