package io.heddle.trace;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork;
import io.heddle.model.AddressText;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** MAC and IP addresses between their text and their bytes. */
final class Addresses {
  private static final Pattern MAC = Pattern.compile("\\p{XDigit}{2}(:\\p{XDigit}{2}){5}");
  private static final Pattern SHORT_MAC = Pattern.compile("(\\p{XDigit}{2}):(\\p{XDigit}{2})");

  private Addresses() {}

  /**
   * Six bytes.
   *
   * @param text all six, or only the first and the last where the others are 0 ("0a:01"), or
   *     "broadcast"
   */
  static byte[] mac(String text) {
    if (text.equals("broadcast")) {
      return mac("ff:ff:ff:ff:ff:ff");
    }
    var brief = SHORT_MAC.matcher(text);
    if (brief.matches()) {
      return mac(brief.group(1) + ":00:00:00:00:" + brief.group(2));
    }
    if (!MAC.matcher(text).matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not a MAC address");
    }
    return HexFormat.ofDelimiter(":").parseHex(text);
  }

  static String mac(byte[] bytes, int at) {
    return HexFormat.ofDelimiter(":").formatHex(bytes, at, at + 6);
  }

  static byte[] ipv4(String text) {
    return ip(text, IPAddress.IPVersion.IPV4);
  }

  static byte[] ipv6(String text) {
    return ip(text, IPAddress.IPVersion.IPV6);
  }

  private static byte[] ip(String text, IPAddress.IPVersion version) {
    return AddressText.ip(text)
        .filter(address -> address.getIPVersion() == version)
        .map(IPAddress::getBytes)
        .orElseThrow(
            () ->
                new IllegalArgumentException("\"" + text + "\" is not an " + version + " address"));
  }

  static String ip(byte[] bytes, int at, int length) {
    var address = new byte[length];
    System.arraycopy(bytes, at, address, 0, length);
    return new IPAddressNetwork.IPAddressGenerator().from(address).toCanonicalString();
  }
}
