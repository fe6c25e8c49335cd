package io.heddle.it.packets;

import io.heddle.trace.Packet;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What one port sends, as a capture file (pcap) that grows while it is read. */
final class SentFrames {
  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;

  private final Path file;
  private long read = FILE_HEADER;

  SentFrames(Path file) {
    this.file = file;
  }

  /** The frames written since the last call. */
  List<Packet> fresh() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (var capture = new RandomAccessFile(file.toFile(), "r")) {
      var packets = new ArrayList<Packet>();
      while (capture.length() >= read + RECORD_HEADER) {
        capture.seek(read);
        var header = new byte[RECORD_HEADER];
        capture.readFully(header);
        // The writer is on this machine, so its byte order is ours.
        int length = ByteBuffer.wrap(header).order(ByteOrder.nativeOrder()).getInt(8);
        var frame = new byte[length];
        capture.readFully(frame);
        packets.add(Packet.of(frame));
        read += RECORD_HEADER + length;
      }
      return packets;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
