package io.heddle.expression;

import io.heddle.expression.Value.Number;
import io.heddle.flow.Bits;
import io.heddle.model.AddressText;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * Numbers and addresses as ovn-sb(5) writes them, with or without a mask. Bits of the value that
 * the mask leaves out are taken for 0, as OVN does.
 */
final class Numbers {
  private enum Kind {
    DECIMAL(0),
    HEXADECIMAL(0),
    MAC(48),
    IPV4(32),
    IPV6(128);

    private final int width;

    Kind(int width) {
      this.width = width;
    }
  }

  private static final int WIDEST = 128;

  private record Plain(Kind kind, Bits bits) {}

  private Numbers() {}

  /**
   * A number as a text of its own, as sets have it.
   *
   * @throws IllegalArgumentException telling what is wrong with it
   */
  static Number parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? of(text, Optional.empty())
        : of(text.substring(0, slash), Optional.of(text.substring(slash + 1)));
  }

  static Number of(String value, Optional<String> mask) {
    var plain = plain(value);
    if (mask.isEmpty()) {
      return new Number(value, width(plain.kind(), plain.bits()), plain.bits(), Optional.empty());
    }
    var bits = mask(plain, mask.get());
    return new Number(
        value + "/" + mask.get(),
        width(plain.kind(), bits),
        plain.bits().and(bits),
        Optional.of(bits));
  }

  private static Bits mask(Plain value, String text) {
    var mask = plain(text);
    var bits = mask.bits();
    boolean address = value.kind() == Kind.IPV4 || value.kind() == Kind.IPV6;
    int width = value.kind().width;
    if (mask.kind() == value.kind()) {
      return bits;
    }
    if (address && mask.kind() == Kind.DECIMAL && bits.high() == 0 && bits.low() <= width) {
      int length = (int) bits.low();
      return length == 0 ? Bits.ZERO : Bits.ones(length).shiftLeft(width - length);
    }
    if (value.kind() == Kind.DECIMAL && mask.kind() == Kind.HEXADECIMAL && value.bits().isZero()) {
      return bits;
    }
    throw new IllegalArgumentException("a value cannot have a mask of that form");
  }

  private static int width(Kind kind, Bits significant) {
    return Math.max(kind.width, width(significant));
  }

  /** What a number needs. */
  static int width(Bits bits) {
    return bits.high() != 0
        ? 128 - Long.numberOfLeadingZeros(bits.high())
        : 64 - Long.numberOfLeadingZeros(bits.low());
  }

  private static Plain plain(String text) {
    if (text.matches("\\d+")) {
      return new Plain(Kind.DECIMAL, integer(text, 10));
    }
    if (text.matches("0[xX]\\p{XDigit}+")) {
      return new Plain(Kind.HEXADECIMAL, integer(text.substring(2), 16));
    }
    if (text.matches("\\p{XDigit}{2}(:\\p{XDigit}{2}){5}")) {
      return new Plain(Kind.MAC, Bits.of(HexFormat.ofDelimiter(":").parseHex(text)));
    }
    var address =
        AddressText.ip(text.toLowerCase(Locale.ROOT))
            .orElseThrow(() -> new IllegalArgumentException("that is no number and no address"));
    var kind = address.isIPv4() ? Kind.IPV4 : Kind.IPV6;
    return new Plain(kind, Bits.of(address.getBytes()));
  }

  private static Bits integer(String digits, int radix) {
    var integer = new BigInteger(digits, radix);
    if (integer.bitLength() > WIDEST) {
      throw new IllegalArgumentException("that is more than " + WIDEST + " bits");
    }
    return new Bits(integer.shiftRight(64).longValue(), integer.longValue());
  }
}
