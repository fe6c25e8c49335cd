package io.heddle.model;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.MACAddressString;
import inet.ipaddr.MACAddressStringParameters;
import inet.ipaddr.mac.MACAddress;
import io.heddle.v1.LogicalSwitchPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One element of Logical_Switch_Port.addresses, as ovn-nb(5) writes it: "MAC", "MAC IP IP…" (space
 * separated, IPv4 and IPv6 mixed) or "unknown".
 */
public sealed interface PortAddresses {
  IPAddressStringParameters STRICT =
      new IPAddressStringParameters.Builder()
          .allowEmpty(false)
          .allowAll(false)
          .allowSingleSegment(false)
          .allowPrefix(false)
          .allowMask(false)
          .allowWildcardedSeparator(false)
          .getIPv4AddressParametersBuilder()
          .allow_inet_aton(false)
          .allowLeadingZeros(false)
          .getParentBuilder()
          .getIPv6AddressParametersBuilder()
          .allowZone(false)
          .allowBase85(false)
          .getParentBuilder()
          .toParams();

  MACAddressStringParameters STRICT_MAC =
      new MACAddressStringParameters.Builder()
          .allowEmpty(false)
          .allowAll(false)
          .allowDashed(false)
          .allowDotted(false)
          .allowSpaceDelimited(false)
          .toParams();

  /** The port takes frames for addresses that nobody is known to have. */
  record Unknown() implements PortAddresses {}

  /** The port has this MAC address (48 bits, in a long) and these IP addresses. */
  record Known(long mac, List<IPAddress> ips) implements PortAddresses {}

  /** The addresses of a port whose row the store has accepted. */
  static List<PortAddresses> of(LogicalSwitchPort port) {
    return port.getAddressesList().stream().map(PortAddresses::parse).toList();
  }

  /** Parses one element that is known to be right. */
  static PortAddresses parse(String text) {
    if (text.equals("unknown")) {
      return new Unknown();
    }
    var words = words(text);
    var ips = new ArrayList<IPAddress>();
    for (int i = 1; i < words.length; i++) {
      ips.add(new IPAddressString(words[i], STRICT).getAddress());
    }
    return new Known(mac(words[0]).orElseThrow().longValue(), List.copyOf(ips));
  }

  /** What is wrong with one element, or nothing. */
  static Optional<String> fault(String text) {
    if (text.equals("unknown")) {
      return Optional.empty();
    }
    var words = words(text);
    if (words[0].equals("dynamic")) {
      return Optional.of("\"dynamic\" addresses are not supported yet");
    }
    var mac = mac(words[0]);
    if (mac.isEmpty()) {
      return Optional.of("\"" + words[0] + "\" is not a MAC address");
    }
    if (mac.get().isMulticast()) {
      return Optional.of("\"" + words[0] + "\" is a group address, not a port's own");
    }
    for (int i = 1; i < words.length; i++) {
      if (!Formats.isIpAddress(words[i])) {
        return Optional.of("\"" + words[i] + "\" is not an IP address");
      }
    }
    return Optional.empty();
  }

  /** At least one, though it may be empty. */
  private static String[] words(String text) {
    return text.strip().split(" +");
  }

  private static Optional<MACAddress> mac(String text) {
    // The library also takes twelve digits without a separator.
    if (text.indexOf(':') < 0) {
      return Optional.empty();
    }
    var mac = new MACAddressString(text, STRICT_MAC).getAddress();
    return mac == null || mac.isMultiple() || mac.getSegmentCount() != 6
        ? Optional.empty()
        : Optional.of(mac);
  }
}
