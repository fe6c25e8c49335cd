package io.heddle.ovsdb.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayList;
import java.util.List;

/** Whatever bytes a host sends: the same messages come of them however they were split. */
class JsonFuzzTest {
  private static final int LARGEST = 4_096;

  /** What was read, with how it ended. */
  private record Read(List<Object> messages, boolean broken) {}

  private static Read read(byte[] bytes, int step) {
    var channel = new EmbeddedChannel(new JsonMessageDecoder(LARGEST));
    var messages = new ArrayList<Object>();
    boolean broken = false;
    try {
      for (int i = 0; i < bytes.length && !broken; i += step) {
        try {
          int length = Math.min(step, bytes.length - i);
          channel.writeInbound(Unpooled.copiedBuffer(bytes, i, length));
        } catch (DecoderException malformed) {
          broken = true;
        }
      }
      for (Object m = channel.readInbound(); m != null; m = channel.readInbound()) {
        messages.add(m);
      }
    } finally {
      channel.close();
    }
    return new Read(messages, broken);
  }

  @FuzzTest(maxDuration = "60s")
  void messages(byte[] bytes) {
    assertEquals(read(bytes, 1), read(bytes, 7));
  }
}
