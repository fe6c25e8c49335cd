package io.heddle.ovsdb;

import java.util.List;
import java.util.Optional;

/** Which hosts are connected over OVSDB. */
public interface OvsdbHosts {
  /** All connections, sorted by chassis and peer. */
  List<OvsdbHost> hosts();

  /**
   * The connection by which this member configures the chassis of this name; empty while there is
   * none, or another member does.
   */
  default Optional<OvsdbHost> connected(String chassis) {
    return hosts().stream()
        .filter(h -> h.chassis().equals(chassis) && h.state() == OvsdbHost.State.CONNECTED)
        .findFirst();
  }
}
