package io.heddle.reach;

import io.heddle.trace.Packet;

/**
 * A packet as the model sees it.
 *
 * @param protocol none of IP, or one of its two versions
 * @param from an IP address; empty where there is none
 * @param to an IP address; empty where there is none
 * @param ttl of IP
 * @param payload what stands behind IP, or behind Ethernet where there is none, as packets are
 *     written
 */
record Frame(
    String fromMac,
    String toMac,
    Protocol protocol,
    String from,
    String to,
    int ttl,
    String payload) {

  static final String ECHO = "icmp echo";
  static final String REPLY = "icmp reply";

  enum Protocol {
    NONE,
    IPV4,
    IPV6
  }

  static Protocol protocol(String ip) {
    return ip.contains(":") ? Protocol.IPV6 : Protocol.IPV4;
  }

  Frame between(String source, String destination) {
    return new Frame(source, destination, protocol, from, to, ttl, payload);
  }

  Frame withTtl(int other) {
    return new Frame(fromMac, toMac, protocol, from, to, other, payload);
  }

  /** The answer to an echo. */
  Frame replied(int with) {
    return new Frame(fromMac, toMac, protocol, to, from, with, REPLY);
  }

  String text() {
    return "eth " + fromMac + " > " + toMac + " " + body();
  }

  private String body() {
    return switch (protocol) {
      case NONE -> payload;
      case IPV4 -> "ip " + from + " > " + to + " ttl " + ttl + " " + payload;
      case IPV6 -> "ip6 " + from + " > " + to + " hops " + ttl + " " + payload;
    };
  }

  Packet packet() {
    return Packet.parse(text());
  }
}
