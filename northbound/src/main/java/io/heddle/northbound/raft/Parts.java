package io.heddle.northbound.raft;

import io.vavr.collection.LinkedHashMap;
import io.vavr.collection.Vector;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * The transactions of which the log held some parts so far, but not all. This is part of the state:
 * the same on every member after every entry, and saved with the rows. Immutable.
 *
 * <p>Whoever writes parts may die in the middle: what has seen no further part for {@link
 * RaftLimits#PARTS_ENTRIES} entries is forgotten, and so are the oldest where all are more than
 * {@link RaftLimits#PARTS_BYTES}.
 *
 * @param begun by source, for a source writes one after the other; the oldest first
 */
record Parts(LinkedHashMap<UUID, Begun> begun) {
  static final Parts NONE = new Parts(LinkedHashMap.empty());

  /**
   * @param number of the transaction's batch
   * @param entry of the log that held the last of the parts
   */
  record Begun(long number, long entry, Vector<byte[]> parts) {
    private long bytes() {
      return parts.map(part -> part.length).sum().longValue();
    }
  }

  boolean isEmpty() {
    return begun.isEmpty();
  }

  /** The same without what is too old at that entry. */
  Parts at(long entry) {
    return isEmpty()
        ? this
        : new Parts(begun.filterValues(b -> entry - b.entry() <= RaftLimits.PARTS_ENTRIES));
  }

  /** The same with one more part; what does not follow what is there is passed over. */
  Parts with(long entry, Part part) {
    var before =
        part.place() == 0
            ? Optional.of(new Begun(part.number(), entry, Vector.empty()))
            : following(part);
    var others = begun.remove(part.source());
    if (before.isEmpty()) {
      return new Parts(others);
    }
    var now = new Begun(part.number(), entry, before.get().parts().append(part.bytes()));
    long bytes = now.bytes() + others.values().map(Begun::bytes).sum().longValue();
    while (bytes > RaftLimits.PARTS_BYTES && !others.isEmpty()) {
      bytes -= others.head()._2.bytes();
      others = others.tail();
    }
    return new Parts(others.put(part.source(), now));
  }

  private Optional<Begun> following(Part part) {
    return begun
        .get(part.source())
        .filter(b -> b.number() == part.number() && b.parts().size() == part.place())
        .toJavaOptional();
  }

  Parts without(UUID source) {
    return new Parts(begun.remove(source));
  }

  /** The transaction, where the part is the last and all before it are there. */
  Optional<byte[]> whole(Part last) {
    return begun
        .get(last.source())
        .filter(b -> b.number() == last.number() && b.parts().size() == last.count())
        .map(Parts::joined)
        .toJavaOptional();
  }

  private static byte[] joined(Begun all) {
    var joined = new byte[(int) all.bytes()];
    int length = 0;
    for (var part : all.parts()) {
      System.arraycopy(part, 0, joined, length, part.length);
      length += part.length;
    }
    return joined;
  }

  void write(DataOutputStream to) throws IOException {
    to.writeInt(begun.size());
    for (var transaction : begun) {
      to.writeLong(transaction._1.getMostSignificantBits());
      to.writeLong(transaction._1.getLeastSignificantBits());
      to.writeLong(transaction._2.number());
      to.writeLong(transaction._2.entry());
      to.writeInt(transaction._2.parts().size());
      for (var part : transaction._2.parts()) {
        to.writeInt(part.length);
        to.write(part);
      }
    }
  }

  /**
   * @throws IOException where that is not what {@link #write} writes
   */
  static Parts read(DataInputStream from) throws IOException {
    LinkedHashMap<UUID, Begun> begun = LinkedHashMap.empty();
    int count = from.readInt();
    for (int i = 0; i < count; i++) {
      var source = new UUID(from.readLong(), from.readLong());
      long number = from.readLong();
      long entry = from.readLong();
      int size = from.readInt();
      Vector<byte[]> parts = Vector.empty();
      for (int j = 0; j < size; j++) {
        int length = from.readInt();
        if (length < 0 || length > RaftLimits.PART_BYTES) {
          throw new IOException("a part of " + length + " bytes");
        }
        parts = parts.append(from.readNBytes(length));
      }
      begun = begun.put(source, new Begun(number, entry, parts));
    }
    return new Parts(begun);
  }
}
