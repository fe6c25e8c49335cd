package io.heddle.flow;

import java.util.HexFormat;

/** Up to 128 bits, right-aligned: what a field holds or which of its bits are meant. */
public record Bits(long high, long low) {
  private static final int WIDEST = 128;

  /** Keys, numbers and masks are many and mostly these, so these are kept. */
  private static final Bits[] SMALL = new Bits[4096];

  private static final Bits[] ONES = new Bits[WIDEST + 1];

  static {
    for (int low = 0; low < SMALL.length; low++) {
      SMALL[low] = new Bits(0, low);
    }
    for (int width = 0; width <= WIDEST; width++) {
      ONES[width] = new Bits(lowest(width - Long.SIZE), lowest(width));
    }
  }

  public static final Bits ZERO = of(0);

  /** A long's that many lowest bits. */
  private static long lowest(int count) {
    return count <= 0 ? 0 : -1L >>> Long.SIZE - Math.min(count, Long.SIZE);
  }

  // As often compared as flows have fields.

  @Override
  public boolean equals(Object other) {
    return other instanceof Bits bits && high == bits.high && low == bits.low;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(high) + Long.hashCode(low);
  }

  public static Bits of(long low) {
    return 0 <= low && low < SMALL.length ? SMALL[(int) low] : new Bits(0, low);
  }

  /** Network byte order; at most 16 bytes. */
  public static Bits of(byte[] bytes) {
    long high = 0;
    long low = 0;
    for (byte b : bytes) {
      high = high << 8 | low >>> 56;
      low = low << 8 | b & 0xff;
    }
    return new Bits(high, low);
  }

  /** That many ones. */
  public static Bits ones(int width) {
    return ONES[width];
  }

  public Bits and(Bits other) {
    return new Bits(high & other.high, low & other.low);
  }

  public Bits or(Bits other) {
    return new Bits(high | other.high, low | other.low);
  }

  public Bits not() {
    return new Bits(~high, ~low);
  }

  public Bits shiftLeft(int n) {
    if (n == 0) {
      return this;
    }
    return n >= 64 ? new Bits(low << n - 64, 0) : new Bits(high << n | low >>> 64 - n, low << n);
  }

  public Bits shiftRight(int n) {
    if (n == 0) {
      return this;
    }
    return n >= 64
        ? new Bits(0, high >>> n - 64)
        : new Bits(high >>> n, low >>> n | high << 64 - n);
  }

  /** Whether some bit is set in both. */
  public boolean overlaps(Bits other) {
    return (high & other.high) != 0 || (low & other.low) != 0;
  }

  /** Whether no bit is set that is not set there. */
  public boolean within(Bits mask) {
    return (high & ~mask.high) == 0 && (low & ~mask.low) == 0;
  }

  public boolean isZero() {
    return high == 0 && low == 0;
  }

  /** Network byte order, the lowest {@code length} bytes. */
  public byte[] bytes(int length) {
    var bytes = new byte[length];
    var rest = this;
    for (int i = length - 1; i >= 0; i--) {
      bytes[i] = (byte) rest.low;
      rest = rest.shiftRight(8);
    }
    return bytes;
  }

  @Override
  public String toString() {
    return "0x"
        + (high == 0
            ? Long.toHexString(low)
            : Long.toHexString(high) + HexFormat.of().toHexDigits(low));
  }
}
