package io.heddle.ovsdb;

import java.time.Instant;

/**
 * One OVSDB connection as it stands now.
 *
 * @param chassis the chassis' name, or empty while the host has not told it
 * @param peer the host's end, "ADDRESS:PORT"
 * @param local Heddle's end, "ADDRESS:PORT"
 * @param since when the connection was made
 * @param tunnels tunnels to other chassis that work
 * @param openVSwitch the version of Open vSwitch, or empty
 */
public record OvsdbHost(
    String chassis,
    State state,
    String peer,
    String local,
    Instant since,
    int tunnels,
    String openVSwitch) {
  /** What a connection is. */
  public enum State {
    /** The host has not told yet who it is, or cannot be used as it is. */
    JOINING,
    /** The connection by which its chassis is observed and configured. */
    CONNECTED,
    /** As that, but another member owns the chassis: it observes and configures it. */
    STANDBY,
    /** Another connection of the same chassis came first and lives. */
    REFUSED;

    /** Whether it is known which chassis the host is, and that this is its connection. */
    boolean known() {
      return this == CONNECTED || this == STANDBY;
    }
  }
}
