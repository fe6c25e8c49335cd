package io.heddle.northbound.raft;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * One file of the log as the journal of Atomix 3.1 writes it: a head of 64 bytes (version 4, id 8,
 * index 8, capacity 4, …), then entries, each its length (4 bytes), its CRC-32 (4) and its bytes; a
 * length of 0 ends them. All numbers are big-endian.
 *
 * @param index the index of the first entry
 * @param capacity bytes the file may have
 */
record LogSegment(Path path, long index, int capacity) {
  /**
   * Where the readable entries end.
   *
   * @param position the byte after the last one
   * @param nextIndex the index the next one would have
   */
  record End(long position, long nextIndex) {}

  private static final int HEAD = 64;
  private static final int ENTRY_HEAD = 8;
  private static final int VERSION = 1;

  private static final int TRAILING_ZEROS = 1024;

  /** Bytes summed up at most while looking for entries behind an unreadable one. */
  private static final long SEARCH_BYTES = 2L << 30;

  /** The file's description of itself, if it has one. */
  static Optional<LogSegment> read(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      var head = ByteBuffer.allocate(HEAD);
      if (channel.read(head) < HEAD) {
        return Optional.empty();
      }
      head.flip();
      int version = head.getInt();
      head.getLong();
      long index = head.getLong();
      int capacity = head.getInt();
      return version == VERSION && index > 0 && capacity > HEAD
          ? Optional.of(new LogSegment(path, index, capacity))
          : Optional.empty();
    }
  }

  /** Whether the file is empty or holds nothing but zeros. */
  static boolean isBlank(Path path) throws IOException {
    return !new LogSegment(path, 1, 0).holdsAnythingFrom(0);
  }

  /** Reads and checks all entries. */
  End end() throws IOException {
    try (var entries = entries()) {
      while (entries.advance()) {
        // What they say is of no interest here.
      }
      return new End(entries.position, entries.next);
    }
  }

  Entries entries() throws IOException {
    return new Entries();
  }

  /** Its entries, one after the other; the file may grow meanwhile. */
  final class Entries implements Closeable {
    private final FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    private final ByteBuffer head = ByteBuffer.allocate(ENTRY_HEAD);
    private long position = HEAD;
    private long next = index;

    private Entries() throws IOException {}

    /** The index of the entry that would be read next. */
    long next() {
      return next;
    }

    boolean of(LogSegment segment) {
      return index == segment.index;
    }

    /** Goes on by one, where there is a whole entry. */
    boolean advance() throws IOException {
      if (channel.read(head.clear(), position) < ENTRY_HEAD) {
        return false;
      }
      int length = head.getInt(0);
      if (length <= 0 || length > RaftLimits.ENTRY_BYTES) {
        return false;
      }
      var body = ByteBuffer.allocate(length);
      if (!fill(channel, body, position + ENTRY_HEAD)
          || head.getInt(Integer.BYTES) != checksum(body.array(), 0, length)) {
        return false;
      }
      position += ENTRY_HEAD + length;
      next++;
      return true;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static boolean fill(FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    while (into.hasRemaining()) {
      int read = channel.read(into, position + into.position());
      if (read < 0) {
        return false;
      }
    }
    return true;
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    var crc = new CRC32();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  boolean holdsAnythingFrom(long position) throws IOException {
    return lastByteFrom(position).isPresent();
  }

  /** The position of the last byte from there on that is not zero. */
  private OptionalLong lastByteFrom(long position) throws IOException {
    var last = OptionalLong.empty();
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      var chunk = ByteBuffer.allocate(1 << 16);
      long at = position;
      int read;
      while ((read = channel.read(chunk.clear(), at)) > 0) {
        for (int i = read - 1; i >= 0; i--) {
          if (chunk.get(i) != 0) {
            last = OptionalLong.of(at + i);
            break;
          }
        }
        at += read;
      }
    }
    return last;
  }

  /**
   * The position of a readable entry behind an unreadable place, if there is one. An unfinished
   * write is the last thing in the file and no longer than an entry; where there is more, the place
   * itself is told.
   */
  OptionalLong findEntryAfter(long position) throws IOException {
    var last = lastByteFrom(position);
    if (last.isEmpty()) {
      return OptionalLong.empty();
    }
    long length = last.getAsLong() + 1 - position;
    if (length > ENTRY_HEAD + RaftLimits.ENTRY_BYTES) {
      return last;
    }
    // A readable entry may end with zeros, which do not count as its last bytes above.
    var tail = ByteBuffer.allocate((int) length + TRAILING_ZEROS);
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      fill(channel, tail, position);
    }
    return findEntry(tail, position);
  }

  private static OptionalLong findEntry(ByteBuffer tail, long position) {
    long budget = SEARCH_BYTES;
    int limit = tail.capacity();
    for (int at = 1; at + ENTRY_HEAD < limit && budget > 0; at++) {
      int length = tail.getInt(at);
      if (length > 0 && length <= limit - at - ENTRY_HEAD) {
        budget -= length;
        if (checksum(tail.array(), at + ENTRY_HEAD, length) == tail.getInt(at + Integer.BYTES)) {
          return OptionalLong.of(position + at);
        }
      }
    }
    return OptionalLong.empty();
  }

  /** Overwrites what follows with zeros, on disk when it returns. */
  void clearFrom(long position) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      channel.truncate(position);
      channel.write(ByteBuffer.allocate(1), Math.max(size, position + 1) - 1);
      channel.force(true);
    }
  }
}
