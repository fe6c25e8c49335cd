package io.heddle.northbound.raft;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What one log entry holds, or several {@link Part}s: transactions, still encoded, and who wrote
 * them. Its bytes: format (one byte), source (16), number (8), count (4), then each transaction's
 * length (4) and bytes. Where it says what they do: format, source, number, count, the revision
 * before them (8), then each transaction's length and bytes, and its effect's.
 *
 * @param source the opened store that wrote it, so that this one knows its own again
 * @param number counts the batches of a source
 * @param revision the one before the transactions from which the effects follow
 * @param effects of each transaction, encoded, or {@link #NO_EFFECT}; none at all where it does not
 *     say
 */
record Batch(
    UUID source, long number, List<byte[]> transactions, long revision, List<byte[]> effects) {
  static final int FORMAT = 1;

  /** Of those that say what they do; that of {@link Part} stands between. */
  static final int FORMAT_WITH_EFFECTS = 3;

  static final byte[] NO_EFFECT = {};

  /** Format, source, number and count. */
  private static final int HEAD_BYTES = 1 + 3 * Long.BYTES + Integer.BYTES;

  Batch(UUID source, long number, List<byte[]> transactions) {
    this(source, number, transactions, 0, List.of());
  }

  /** The same, saying what it does from that revision on. */
  Batch doing(long from, List<byte[]> what) {
    return new Batch(source, number, transactions, from, what);
  }

  /** Bytes of the transactions. */
  int bytes() {
    return transactions.stream().mapToInt(t -> t.length).sum();
  }

  /** Whether it says what the transaction at that place does to the revision. */
  boolean says(int place, long before) {
    return revision == before && !effects.isEmpty() && effects.get(place).length > 0;
  }

  /** The entries of the log that hold it, in order: one, unless its transaction is too large. */
  List<byte[]> entries() {
    return transactions.size() == 1 && transactions.get(0).length > RaftLimits.PART_BYTES
        ? Part.split(source, number, transactions.get(0)).stream().map(Part::encode).toList()
        : List.of(encode());
  }

  byte[] encode() {
    boolean told = !effects.isEmpty();
    var out = ByteBuffer.allocate(length());
    out.put((byte) (told ? FORMAT_WITH_EFFECTS : FORMAT));
    out.putLong(source.getMostSignificantBits()).putLong(source.getLeastSignificantBits());
    out.putLong(number).putInt(transactions.size());
    if (told) {
      out.putLong(revision);
    }
    for (int i = 0; i < transactions.size(); i++) {
      write(out, transactions.get(i));
      if (told) {
        write(out, effects.get(i));
      }
    }
    return out.array();
  }

  /** Of its bytes; made in one piece, since they are many. */
  private int length() {
    int parts = transactions.size() + effects.size();
    int told = effects.isEmpty() ? 0 : Long.BYTES;
    int bytes = bytes() + effects.stream().mapToInt(e -> e.length).sum();
    return HEAD_BYTES + told + parts * Integer.BYTES + bytes;
  }

  private static void write(ByteBuffer out, byte[] bytes) {
    out.putInt(bytes.length).put(bytes);
  }

  /**
   * @throws IllegalStateException where the bytes are no batch of a format known here
   */
  static Batch decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readUnsignedByte();
      boolean told = format == FORMAT_WITH_EFFECTS;
      if (format != FORMAT && !told) {
        throw new IllegalStateException("the log holds an entry of format " + format);
      }
      var source = new UUID(in.readLong(), in.readLong());
      long number = in.readLong();
      int count = in.readInt();
      long revision = told ? in.readLong() : 0;
      var transactions = new ArrayList<byte[]>(Math.max(0, Math.min(count, bytes.length)));
      var effects = new ArrayList<byte[]>();
      for (int i = 0; i < count; i++) {
        transactions.add(read(in));
        if (told) {
          effects.add(read(in));
        }
      }
      return new Batch(source, number, transactions, revision, effects);
    } catch (IOException e) {
      throw new IllegalStateException("the log holds an entry that ends too early", e);
    }
  }

  private static byte[] read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IllegalStateException("the log holds an entry that ends too early");
    }
    var bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
