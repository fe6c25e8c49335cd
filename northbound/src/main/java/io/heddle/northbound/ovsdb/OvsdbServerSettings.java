package io.heddle.northbound.ovsdb;

import java.net.InetSocketAddress;

/** Where the OVSDB server listens and what it grants. */
public record OvsdbServerSettings(InetSocketAddress address, OvsdbLimits limits) {
  /** The port that OVN's northbound database is known to have. */
  public static final int DEFAULT_PORT = 6641;

  public OvsdbServerSettings(String address, int port) {
    this(new InetSocketAddress(address, port), OvsdbLimits.DEFAULT);
  }
}
