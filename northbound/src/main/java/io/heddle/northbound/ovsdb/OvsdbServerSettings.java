package io.heddle.northbound.ovsdb;

import io.heddle.northbound.access.Access;
import io.heddle.tls.Tls;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where the OVSDB server listens and what it grants.
 *
 * @param tls how clients speak with it; empty for plain TCP
 * @param access who may do what
 */
public record OvsdbServerSettings(
    InetSocketAddress address, Optional<Tls> tls, Access access, OvsdbLimits limits) {
  /** The port that OVN's northbound database is known to have. */
  public static final int DEFAULT_PORT = 6641;

  public OvsdbServerSettings(InetSocketAddress address, OvsdbLimits limits) {
    this(address, Optional.empty(), Access.unsaid(), limits);
  }

  public OvsdbServerSettings(String address, int port) {
    this(new InetSocketAddress(address, port), OvsdbLimits.DEFAULT);
  }

  public OvsdbServerSettings withTls(Optional<Tls> otherTls) {
    return new OvsdbServerSettings(address, otherTls, access, limits);
  }

  public OvsdbServerSettings withAccess(Access otherAccess) {
    return new OvsdbServerSettings(address, tls, otherAccess, limits);
  }
}
