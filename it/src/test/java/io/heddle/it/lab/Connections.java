package io.heddle.it.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A program that opens many UDP connections, each from a port of its own. */
final class Connections {
  /** No faster than a switch under load learns of new connections. */
  private static final int BURST = 20;

  private static final int PAUSE_MILLISECONDS = 5;

  private Connections() {}

  /**
   * Arguments: where to, IP address and port; the first port from, how many of them, packets from
   * each.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    var to = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
    int first = Integer.parseInt(args[2]);
    int ports = Integer.parseInt(args[3]);
    int packets = Integer.parseInt(args[4]);
    for (int i = 0; i < ports; i++) {
      try (var socket = new DatagramSocket(first + i)) {
        for (int sent = 0; sent < packets; sent++) {
          socket.send(new DatagramPacket(new byte[1], 1, to));
        }
      }
      if (i % BURST == 0) {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLISECONDS);
      }
    }
  }
}
