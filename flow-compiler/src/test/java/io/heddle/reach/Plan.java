package io.heddle.reach;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.MACAddressString;
import inet.ipaddr.mac.MACAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A network as people would plan it; all lists in the order in which its things come to be.
 *
 * @param hosts by name, with their types of tunnel
 * @param routers by name, and whether they are enabled
 */
record Plan(
    Map<String, Set<String>> hosts,
    List<String> switches,
    List<Vm> vms,
    Map<String, Boolean> routers,
    List<Port> ports,
    List<Link> links,
    List<Route> routes,
    List<Patch> patches) {

  /**
   * A port for a VM.
   *
   * @param host where it is, if it is anywhere
   * @param known whether the switch knows its addresses
   * @param unknown whether it takes frames for unknown addresses
   */
  record Vm(
      String name,
      String network,
      Optional<String> host,
      boolean enabled,
      String mac,
      List<String> ips,
      boolean known,
      boolean unknown) {

    boolean placed() {
      return enabled && host.isPresent();
    }

    private String line() {
      var addresses = new ArrayList<String>();
      if (known) {
        addresses.add(
            '"' + String.join(" ", Stream.concat(Stream.of(mac), ips.stream()).toList()) + '"');
      }
      if (unknown) {
        addresses.add("\"unknown\"");
      }
      return "port "
          + name
          + " on "
          + network
          + host.map(h -> " at " + h).orElse("")
          + (enabled ? "" : " disabled")
          + (addresses.isEmpty() ? "" : " addresses " + String.join(" ", addresses));
    }
  }

  /**
   * A router's port.
   *
   * @param networks each an address with its prefix length
   * @param peer the port at the other end of a link to another router, or empty
   * @param table by which packets from here are routed; empty for the main one
   */
  record Port(
      String name,
      String router,
      String mac,
      List<String> networks,
      String peer,
      boolean enabled,
      String table) {

    String linkLocal() {
      MACAddress address = new MACAddressString(mac).getAddress();
      return address.toLinkLocalIPv6().toCanonicalString();
    }

    /** Its addresses, the link-local one last. */
    List<String> ips() {
      var own = networks.stream().map(n -> n.substring(0, n.indexOf('/')));
      return Stream.concat(own, Stream.of(linkLocal())).toList();
    }

    private String line() {
      var line = new StringBuilder("row LogicalRouterPort name=" + name);
      line.append(" logical_router=").append(router).append(" mac=").append(mac);
      networks.forEach(n -> line.append(" networks=").append(n));
      line.append(peer.isEmpty() ? "" : " peer=" + peer);
      line.append(enabled ? "" : " enabled=false");
      return line.append(table.isEmpty() ? "" : " options.route_table=" + table).toString();
    }
  }

  /** A switch's port that leads to a router's. */
  record Link(String name, String network, String port, boolean enabled) {
    private String line() {
      return "row LogicalSwitchPort name="
          + name
          + " logical_switch="
          + network
          + " type=router addresses=router options.router-port="
          + port
          + (enabled ? "" : " enabled=false");
    }
  }

  /** A static route; nexthop, port and table are empty where nothing is said. */
  record Route(
      String router, String prefix, boolean bySource, String nexthop, String port, String table) {
    private String line() {
      return "row StaticRoute logical_router="
          + router
          + " ip_prefix="
          + prefix
          + (bySource ? " policy=src-ip" : "")
          + (nexthop.isEmpty() ? "" : " nexthop=" + nexthop)
          + (port.isEmpty() ? "" : " output_port=" + port)
          + (table.isEmpty() ? "" : " route_table=" + table);
    }
  }

  /**
   * A link between two switches.
   *
   * @param enabled whether the other end is; the one is always
   * @param mutual whether the other end names the one
   */
  record Patch(String name, String one, String other, boolean enabled, boolean mutual) {
    private List<String> lines() {
      return List.of(
          line(name + "a", one, name + "b", true),
          line(name + "b", other, mutual ? name + "a" : "nobody", enabled));
    }

    private static String line(String name, String network, String peer, boolean enabled) {
      return "row LogicalSwitchPort name="
          + name
          + " logical_switch="
          + network
          + " type=switch peer="
          + peer
          + (enabled ? "" : " enabled=false");
    }
  }

  /** The plan as a data file of packet tests has it. */
  List<String> lines() {
    var lines = new ArrayList<String>();
    hosts.forEach(
        (name, types) ->
            lines.add(
                "host " + name + " " + String.join(",", types) + " 192.0.2." + (1 + lines.size())));
    switches.forEach(name -> lines.add("switch " + name));
    vms.forEach(vm -> lines.add(vm.line()));
    routers.forEach(
        (name, enabled) ->
            lines.add("row LogicalRouter name=" + name + (enabled ? "" : " enabled=false")));
    ports.forEach(port -> lines.add(port.line()));
    links.forEach(link -> lines.add(link.line()));
    routes.forEach(route -> lines.add(route.line()));
    patches.forEach(patch -> lines.addAll(patch.lines()));
    return lines;
  }

  /** Whether an address is in a network, which may be written as any address of it. */
  static boolean contains(String network, String ip) {
    return network(network).contains(new IPAddressString(ip).getAddress());
  }

  /** The network that an address with a prefix length is in. */
  static IPAddress network(String text) {
    return new IPAddressString(text).getAddress().toPrefixBlock();
  }
}
