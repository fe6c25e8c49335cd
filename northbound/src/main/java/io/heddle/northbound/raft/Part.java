package io.heddle.northbound.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A log entry that holds one part of a transaction too large for one entry. Its bytes: format (one
 * byte), source (16), number (8), place (4), count (4), then the transaction's.
 *
 * @param source as of a {@link Batch}
 * @param number as of a {@link Batch}: that of the one whose only transaction this is of
 * @param place among the parts, from 0 on
 * @param count of all parts
 */
record Part(UUID source, long number, int place, int count, byte[] bytes) {
  static final int FORMAT = 2;

  /** The parts of a transaction, in order. */
  static List<Part> split(UUID source, long number, byte[] transaction) {
    int count = (transaction.length + RaftLimits.PART_BYTES - 1) / RaftLimits.PART_BYTES;
    var parts = new ArrayList<Part>();
    for (int place = 0; place < count; place++) {
      int from = place * RaftLimits.PART_BYTES;
      int to = Math.min(from + RaftLimits.PART_BYTES, transaction.length);
      parts.add(new Part(source, number, place, count, Arrays.copyOfRange(transaction, from, to)));
    }
    return parts;
  }

  /** Whether the bytes of a log entry are those of a part. */
  static boolean is(byte[] entry) {
    return entry.length > 0 && entry[0] == FORMAT;
  }

  boolean isLast() {
    return place == count - 1;
  }

  byte[] encode() {
    var encoded = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(encoded)) {
      out.writeByte(FORMAT);
      out.writeLong(source.getMostSignificantBits());
      out.writeLong(source.getLeastSignificantBits());
      out.writeLong(number);
      out.writeInt(place);
      out.writeInt(count);
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return encoded.toByteArray();
  }

  /**
   * @throws IllegalStateException where the bytes are no part
   */
  static Part decode(byte[] entry) {
    try (var in = new DataInputStream(new ByteArrayInputStream(entry))) {
      int format = in.readUnsignedByte();
      if (format != FORMAT) {
        throw new IllegalStateException("a part of format " + format);
      }
      var source = new UUID(in.readLong(), in.readLong());
      return new Part(source, in.readLong(), in.readInt(), in.readInt(), in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("the log holds a part that ends too early", e);
    }
  }
}
