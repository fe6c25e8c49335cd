package io.heddle.openflow;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.heddle.openflow.wire.Message;
import java.nio.BufferUnderflowException;

/**
 * Whatever a switch sends: it is understood or it makes no sense, which ends the connection ({@link
 * io.heddle.openflow.wire.Line}); it does nothing else.
 */
class SwitchFuzzTest {
  /** Reading that may find that the bytes make no sense. */
  private interface Reading {
    void read();
  }

  private static void makesSenseOrNot(Reading reading) {
    try {
      reading.read();
    } catch (BufferUnderflowException | IllegalArgumentException none) {
      // Said to be so; Line.makingSense ends the connection.
    }
  }

  /** A whole message, header included. */
  @FuzzTest(maxDuration = "60s")
  void message(byte[] bytes) {
    if (bytes.length < Protocol.HEADER) {
      return;
    }
    var message = new Message(bytes);
    makesSenseOrNot(
        () -> {
          if (PacketIn.is(message)) {
            PacketIn.read(message).ifPresent(p -> p.packet().toString());
          }
        });
    makesSenseOrNot(() -> SwitchError.of(message).cookie());
    makesSenseOrNot(() -> SwitchError.of(message).toString());
    makesSenseOrNot(() -> new Dump().read(message.body()));
    makesSenseOrNot(() -> new Meters().read(message.body()));
    makesSenseOrNot(() -> TunnelOption.read(message.body()));
  }
}
