package io.heddle.ovsdb;

import io.heddle.model.AddressText;
import io.heddle.tls.Tls;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What can be set of the OVSDB side.
 *
 * @param listen where hosts connect to; port 0 takes a free one
 * @param openFlowAddress the IP address that hosts get as their OpenFlow controller; where empty,
 *     the address on which the host itself reached Heddle, which is right unless addresses are
 *     translated on the way
 * @param openFlowPort the TCP port that hosts get as their OpenFlow controller's
 * @param openFlowTls whether hosts are to speak TLS with it
 * @param tls how connections of hosts are encrypted, and hosts prove who they are; empty for plain
 *     TCP
 * @param maxConnections connections open at once; more are closed as they come
 * @param maxMessageBytes bytes of one message; a host that sends more is disconnected
 * @param timing how long things may take
 */
@RecordBuilder
public record OvsdbSettings(
    InetSocketAddress listen,
    Optional<String> openFlowAddress,
    int openFlowPort,
    boolean openFlowTls,
    Optional<Tls> tls,
    int maxConnections,
    int maxMessageBytes,
    Timing timing)
    implements OvsdbSettingsBuilder.With {
  /** The port IANA has registered for OVSDB. */
  public static final int OVSDB_PORT = 6640;

  /** The port IANA has registered for OpenFlow. */
  public static final int OPENFLOW_PORT = 6653;

  /**
   * @param handshake from connecting until the host has told its tables
   * @param probeInterval silence after which a host is asked for a sign of life
   * @param deadAfter silence after which a connection is given up
   * @param takeover how long a chassis' connection has to prove that it lives when another comes
   * @param settling how long Open vSwitch may take to carry out what it was told
   * @param reconnectMin the first pause before connecting again to a host that listens
   * @param reconnectMax the longest such pause
   * @param absence how long a chassis may be unconnected before that is a problem
   */
  public record Timing(
      Duration handshake,
      Duration probeInterval,
      Duration deadAfter,
      Duration takeover,
      Duration settling,
      Duration reconnectMin,
      Duration reconnectMax,
      Duration absence) {
    public static Timing defaults() {
      return new Timing(
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));
    }
  }

  /** All addresses, the registered ports. */
  public static OvsdbSettings defaults() {
    return new OvsdbSettings(
        new InetSocketAddress(OVSDB_PORT),
        Optional.empty(),
        OPENFLOW_PORT,
        false,
        Optional.empty(),
        10_000,
        32 << 20,
        Timing.defaults());
  }

  public OvsdbSettings {
    if (openFlowPort < 1 || openFlowPort > 65535) {
      throw new IllegalArgumentException("an OpenFlow port is from 1 to 65535: " + openFlowPort);
    }
    openFlowAddress
        .filter(a -> AddressText.ip(a).isEmpty())
        .ifPresent(
            a -> {
              throw new IllegalArgumentException("hosts need an IP address, not \"" + a + "\"");
            });
  }
}
