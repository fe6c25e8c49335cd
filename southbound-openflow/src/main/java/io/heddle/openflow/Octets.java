package io.heddle.openflow;

import java.util.Arrays;

/** A growing array of bytes in network order, in which lengths can be filled in afterwards. */
final class Octets {
  private byte[] bytes;
  private int size;

  Octets(int capacity) {
    bytes = new byte[capacity];
  }

  int size() {
    return size;
  }

  Octets u8(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  Octets u16(int value) {
    return u8(value >> 8).u8(value);
  }

  Octets u32(long value) {
    return u16((int) (value >> 16)).u16((int) value);
  }

  Octets u64(long value) {
    return u32(value >> 32).u32(value);
  }

  Octets raw(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
    return this;
  }

  Octets zeros(int count) {
    room(count);
    size += count;
    return this;
  }

  /** Zeros up to the next multiple of 8 bytes from the given place. */
  Octets padTo8(int from) {
    return zeros(-(size - from) & 7);
  }

  /** Overwrites two bytes at the given place. */
  void setU16(int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  /** Forgets everything from the given place on. */
  void truncate(int to) {
    Arrays.fill(bytes, to, size, (byte) 0);
    size = to;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Bytes beyond {@link #size} are always 0, so that skipping is the same as writing zeros. */
  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }
}
