package io.heddle.ovsdb.host;

import inet.ipaddr.IPAddress;
import io.heddle.model.AddressText;
import io.heddle.model.Mtu;
import io.heddle.model.Schema;
import io.heddle.ovsdb.host.HostState.OpenVSwitch;
import io.heddle.v1.Chassis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * How a host says that it takes part: the keys of Open_vSwitch.external_ids that ovn-controller(8)
 * reads. What is wrong with one key leaves the others in force.
 *
 * @param systemId the chassis' name, or empty where the host has no usable one
 * @param encap how others reach the host; empty where the host does not say it rightly
 * @param bridge the integration bridge's name
 * @param datapathType the datapath type asked for
 * @param faults what is wrong, in words for the operator
 */
public record JoinRequest(
    Optional<String> systemId,
    String hostname,
    Optional<Encapsulation> encap,
    Optional<String> bridge,
    Optional<String> datapathType,
    List<String> faults) {
  /** The longest name of a network device, without its end (IFNAMSIZ - 1). */
  private static final int DEVICE_NAME_LENGTH = 15;

  private static final List<String> TUNNEL_TYPES = List.of("geneve", "vxlan");

  /**
   * @param types "geneve", "vxlan" or both, in this order
   * @param ip in canonical form
   * @param csum whether senders should set UDP checksums
   * @param tos "inherit" or a number; empty for the tunnel's default
   * @param mtu of what carries the tunnels, in bytes of an IP packet; empty where it is not told
   */
  public record Encapsulation(
      List<String> types, String ip, boolean csum, Optional<String> tos, OptionalInt mtu) {}

  public static JoinRequest of(OpenVSwitch row) {
    var faults = new ArrayList<String>();
    var ids = row.externalIds();
    return new JoinRequest(
        systemId(ids, faults),
        hostname(ids, faults),
        encapsulation(ids, faults),
        bridge(ids, faults),
        datapathType(row, faults),
        List.copyOf(faults));
  }

  private static Optional<String> systemId(Map<String, String> ids, List<String> faults) {
    var id = Optional.ofNullable(ids.get("system-id")).filter(i -> !i.isEmpty());
    if (id.isEmpty()) {
      faults.add("external_ids:system-id is not set; it gives the chassis its name");
      return Optional.empty();
    }
    var fault = Words.nameFault(column("name"), id.get());
    fault.ifPresent(why -> faults.add("external_ids:system-id " + why));
    return fault.isPresent() ? Optional.empty() : id;
  }

  private static String hostname(Map<String, String> ids, List<String> faults) {
    var hostname = ids.getOrDefault("hostname", "");
    var fault = Words.nameFault(column("hostname"), hostname);
    fault.ifPresent(why -> faults.add("external_ids:hostname " + why));
    return fault.isPresent() ? "" : hostname;
  }

  private static io.heddle.model.Column column(String name) {
    return Schema.rows().kind(Chassis.class).column(name);
  }

  private static Optional<Encapsulation> encapsulation(
      Map<String, String> ids, List<String> faults) {
    var types = types(ids, faults);
    var ip = ip(ids, faults);
    var csum = csum(ids, faults);
    var tos = tos(ids, faults);
    var mtu = mtu(ids, faults);
    return types.isEmpty() || ip.isEmpty()
        ? Optional.empty()
        : Optional.of(new Encapsulation(types, ip.get(), csum, tos, mtu));
  }

  private static List<String> types(Map<String, String> ids, List<String> faults) {
    var text = ids.getOrDefault("ovn-encap-type", "");
    if (text.replace(',', ' ').isBlank()) {
      faults.add("external_ids:ovn-encap-type is not set; without it the host gets no tunnels");
      return List.of();
    }
    var asked = new TreeSet<>(Arrays.asList(text.strip().split("\\s*,\\s*")));
    asked.stream()
        .filter(type -> !TUNNEL_TYPES.contains(type))
        .map(
            type ->
                "external_ids:ovn-encap-type: " + Words.quote(type) + " is none of geneve, vxlan")
        .limit(TUNNEL_TYPES.size())
        .forEach(faults::add);
    return TUNNEL_TYPES.stream().filter(asked::contains).toList();
  }

  private static Optional<String> ip(Map<String, String> ids, List<String> faults) {
    var text = ids.getOrDefault("ovn-encap-ip", "").strip();
    if (text.isEmpty()) {
      faults.add("external_ids:ovn-encap-ip is not set; without it the host gets no tunnels");
      return Optional.empty();
    }
    var first = text.split("\\s*,\\s*", 2)[0];
    if (first.length() < text.length()) {
      faults.add(
          "external_ids:ovn-encap-ip names several addresses; only the first is used: "
              + Words.quote(first));
    }
    var ip = usable(first);
    if (ip.isEmpty()) {
      faults.add("external_ids:ovn-encap-ip: " + Words.quote(first) + " is no host's IP address");
    }
    return ip;
  }

  private static Optional<String> usable(String text) {
    return AddressText.ip(text)
        .filter(ip -> !ip.isMulticast() && !ip.isZero())
        .map(IPAddress::toCanonicalString);
  }

  private static boolean csum(Map<String, String> ids, List<String> faults) {
    var text = ids.getOrDefault("ovn-encap-csum", "true");
    if (!text.equals("true") && !text.equals("false")) {
      faults.add(
          "external_ids:ovn-encap-csum: " + Words.quote(text) + " is neither true nor false");
    }
    return !text.equals("false");
  }

  private static Optional<String> tos(Map<String, String> ids, List<String> faults) {
    var text = ids.getOrDefault("ovn-encap-tos", "");
    if (text.isEmpty() || text.equals("none")) {
      return Optional.empty();
    }
    if (!text.equals("inherit") && !text.matches("0*(\\d{1,2}|1\\d\\d|2[0-4]\\d|25[0-5])")) {
      faults.add(
          "external_ids:ovn-encap-tos: " + Words.quote(text) + " is neither inherit nor 0 to 255");
      return Optional.empty();
    }
    return Optional.of(text);
  }

  private static OptionalInt mtu(Map<String, String> ids, List<String> faults) {
    var text = ids.getOrDefault("ovn-encap-mtu", "");
    var mtu = Mtu.within(text, Mtu.LEAST_UNDERLAY);
    if (!text.isEmpty() && mtu.isEmpty()) {
      faults.add(
          "external_ids:ovn-encap-mtu: %s is not %d to %d; %d is assumed"
              .formatted(Words.quote(text), Mtu.LEAST_UNDERLAY, Mtu.LARGEST, Mtu.USUAL_UNDERLAY));
    }
    return mtu;
  }

  private static Optional<String> bridge(Map<String, String> ids, List<String> faults) {
    var name = ids.getOrDefault("ovn-bridge", "br-int");
    if (!name.matches("[!-~&&[^/]]{1," + DEVICE_NAME_LENGTH + "}") || name.matches("\\.{1,2}")) {
      faults.add("external_ids:ovn-bridge: " + Words.quote(name) + " cannot name a bridge");
      return Optional.empty();
    }
    return Optional.of(name);
  }

  private static Optional<String> datapathType(OpenVSwitch row, List<String> faults) {
    var type = row.externalIds().getOrDefault("ovn-bridge-datapath-type", "");
    if (type.isEmpty()) {
      return Optional.empty();
    }
    // The list stays empty until Open vSwitch has run once.
    if (!row.datapathTypes().isEmpty() && !row.datapathTypes().contains(type)) {
      faults.add(
          "external_ids:ovn-bridge-datapath-type: this Open vSwitch has no datapath "
              + Words.quote(type));
      return Optional.empty();
    }
    return Optional.of(type);
  }
}
