package io.heddle.openflow;

import io.heddle.tls.Tls;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * @param listen where switches connect to; port 0 takes any free one
 * @param tls how connections are encrypted, and switches prove whose they are; empty for plain TCP
 * @param keepalive after that long without a word from a switch it is asked for an echo
 * @param silenceLimit after that long without a word its connection is given up
 * @param handshakeLimit how long a connection may take to tell who it is
 * @param replyLimit how long a switch may take to answer anything, a large bundle included
 * @param strangerGrace how long an unknown datapath id may stay unknown before that is a problem
 * @param strangerLimit after that long an unknown switch's connection is closed
 * @param retry how long a connection that cannot be used is held before it is closed, so that the
 *     switch tries again
 * @param resync how often a switch's flows are read back and compared; zero for only when it
 *     connects
 * @param absence how long a chassis' switch may be away, or on its way at first, and is waited for;
 *     then that is a problem. Longer than Open vSwitch ever pauses between attempts to connect (8
 *     s, unless its database says otherwise)
 * @param waitingConnections connections that may be open without belonging to a chassis
 */
@RecordBuilder
public record OpenflowSettings(
    InetSocketAddress listen,
    Optional<Tls> tls,
    Duration keepalive,
    Duration silenceLimit,
    Duration handshakeLimit,
    Duration replyLimit,
    Duration strangerGrace,
    Duration strangerLimit,
    Duration retry,
    Duration resync,
    Duration absence,
    int waitingConnections)
    implements OpenflowSettingsBuilder.With {
  /** The port that IANA gave OpenFlow. */
  public static final int PORT = 6653;

  public static OpenflowSettings defaults() {
    return new OpenflowSettings(
        new InetSocketAddress(PORT),
        Optional.empty(),
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofMinutes(10),
        Duration.ofSeconds(5),
        Duration.ofMinutes(10),
        Duration.ofSeconds(10),
        1_024);
  }
}
