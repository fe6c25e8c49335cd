package io.heddle.openflow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array of bytes in network order, in which lengths can be filled in afterwards. */
final class Octets {
  private static final VarHandle U16 = view(short[].class);
  private static final VarHandle U32 = view(int[].class);
  private static final VarHandle U64 = view(long[].class);

  private byte[] bytes;
  private int size;

  Octets(int capacity) {
    bytes = new byte[capacity];
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.BIG_ENDIAN);
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
    room(2);
    U16.set(bytes, size, (short) value);
    size += 2;
    return this;
  }

  Octets u32(long value) {
    room(4);
    U32.set(bytes, size, (int) value);
    size += 4;
    return this;
  }

  Octets u64(long value) {
    room(8);
    U64.set(bytes, size, value);
    size += 8;
    return this;
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
    U16.set(bytes, at, (short) value);
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
