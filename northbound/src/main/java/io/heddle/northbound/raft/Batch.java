package io.heddle.northbound.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What one log entry holds, or several {@link Part}s: transactions, still encoded, and who wrote
 * them. Its bytes: format (one byte), source (16), number (8), count (4), then each transaction's
 * length (4) and bytes.
 *
 * @param source the opened store that wrote it, so that this one knows its own again
 * @param number counts the batches of a source
 */
record Batch(UUID source, long number, List<byte[]> transactions) {
  static final int FORMAT = 1;

  /** The entries of the log that hold it, in order: one, unless its transaction is too large. */
  List<byte[]> entries() {
    return transactions.size() == 1 && transactions.get(0).length > RaftLimits.PART_BYTES
        ? Part.split(source, number, transactions.get(0)).stream().map(Part::encode).toList()
        : List.of(encode());
  }

  byte[] encode() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeLong(source.getMostSignificantBits());
      out.writeLong(source.getLeastSignificantBits());
      out.writeLong(number);
      out.writeInt(transactions.size());
      for (var transaction : transactions) {
        out.writeInt(transaction.length);
        out.write(transaction);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalStateException where the bytes are no batch of a format known here
   */
  static Batch decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readUnsignedByte();
      if (format != FORMAT) {
        throw new IllegalStateException("the log holds an entry of format " + format);
      }
      var source = new UUID(in.readLong(), in.readLong());
      long number = in.readLong();
      int count = in.readInt();
      var transactions = new ArrayList<byte[]>(Math.max(0, Math.min(count, bytes.length)));
      for (int i = 0; i < count; i++) {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
          throw new IllegalStateException("the log holds an entry that ends too early");
        }
        var transaction = new byte[length];
        in.readFully(transaction);
        transactions.add(transaction);
      }
      return new Batch(source, number, transactions);
    } catch (IOException e) {
      throw new IllegalStateException("the log holds an entry that ends too early", e);
    }
  }
}
