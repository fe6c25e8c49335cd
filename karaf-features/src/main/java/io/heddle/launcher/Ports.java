package io.heddle.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Looks, before anything else is started, whether the ports can be had. */
final class Ports {
  /** What listens, by the prefix of its settings. */
  record Use(String prefix, String name) {}

  static final List<Use> USES =
      List.of(
          new Use("openflow", "OpenFlow"),
          new Use("ovsdb", "OVSDB"),
          new Use("grpc", "gRPC"),
          new Use("northbound", "OVN's northbound database"),
          new Use("ssh", "the console"));

  private Ports() {}

  static void check(Settings settings) throws Refusal {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      // All are held until the last is had: two uses of one port are found too.
      for (var use : USES) {
        sockets.add(bind(use, settings));
      }
    } finally {
      sockets.forEach(Ports::close);
    }
  }

  private static ServerSocket bind(Use use, Settings settings) throws Refusal {
    var address = settings.text(use.prefix() + ".address");
    int port = settings.port(use.prefix() + ".port");
    try {
      var socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
      return socket;
    } catch (IOException e) {
      throw new Refusal(
          "%s cannot listen on %s port %d (%s.port, HEDDLE_%s_PORT): %s"
              .formatted(
                  use.name(),
                  address,
                  port,
                  use.prefix(),
                  use.prefix().toUpperCase(java.util.Locale.ROOT),
                  e.getMessage()));
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was only held to see that it can be had.
    }
  }
}
