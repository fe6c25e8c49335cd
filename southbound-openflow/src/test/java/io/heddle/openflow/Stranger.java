package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Connections that only claim to be a switch's. */
final class Stranger {
  private Stranger() {}

  static Socket dial(Controller controller) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), controller.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** The other end closes the connection; what it sends before is read and thrown away. */
  static void assertClosed(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        Thread.onSpinWait();
      }
    } catch (java.net.SocketException reset) {
      assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
    }
  }

  static byte[] bytes(int... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static final byte[] HELLO = bytes(4, 0, 0, 8, 0, 0, 0, 1);

  /** A switch of this datapath id, as far as its features reply. */
  static Socket introduce(Controller controller, long datapathId) throws IOException {
    var socket = dial(controller);
    var out = socket.getOutputStream();
    out.write(HELLO);
    out.write(
        new Octets(32)
            .u8(4)
            .u8(Protocol.FEATURES_REPLY)
            .u16(32)
            .u32(1)
            .u64(datapathId)
            .zeros(16)
            .toArray());
    return socket;
  }
}
