package io.heddle.northbound.ovsdb;

import io.heddle.model.Membership.View;
import io.heddle.northbound.CannotListenException;
import io.heddle.northbound.SettableMembership;
import java.net.InetSocketAddress;
import java.util.List;

/** Servers of OVN's northbound schema on rows in memory. */
final class Doors {
  private Doors() {}

  static OvsdbServer open(int port, OvsdbLimits limits) throws CannotListenException {
    return open(
        port,
        limits,
        new MemoryDatabase(SchemaFile.read(SchemaFile.OVN_NORTHBOUND), limits.commits()));
  }

  static OvsdbServer open(int port, OvsdbLimits limits, Database database)
      throws CannotListenException {
    return new OvsdbServer(
        List.of(database),
        new SettableMembership(View.alone("heddle", 1)),
        new OvsdbServerSettings(new InetSocketAddress("127.0.0.1", port), limits));
  }

  /** To try things out by hand; the argument is the port. */
  public static void main(String[] args) throws Exception {
    open(Integer.parseInt(args[0]), OvsdbLimits.DEFAULT);
    System.out.println("ready");
    Thread.currentThread().join();
  }
}
