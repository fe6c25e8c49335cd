package io.heddle.model.relation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;

/**
 * One value without parts (RFC 7047 section 5.1, {@code <atom>}). Atoms are ordered as ovsdb-server
 * orders them: numbers by value, {@code false} before {@code true}, texts by the bytes of their
 * UTF-8, UUIDs as unsigned numbers. Only atoms of one type are ever compared with each other in a
 * {@link Datum}; between types the order is that of {@link AtomType}.
 */
public sealed interface Atom extends Comparable<Atom> {
  record Whole(long value) implements Atom {
    @Override
    public AtomType type() {
      return AtomType.INTEGER;
    }
  }

  /** Never infinite and no NaN; there is one zero. */
  record Real(double value) implements Atom {
    private static final int DIGITS = 15;

    public Real {
      if (Double.isNaN(value)) {
        throw new IllegalArgumentException("not a number");
      }
      value = value == 0 ? 0 : value;
    }

    @Override
    public AtomType type() {
      return AtomType.REAL;
    }

    /** As ovsdb-server writes it, in messages and in JSON: with {@value #DIGITS} digits. */
    public String text() {
      if (value == 0) {
        return "0";
      }
      var rounded = new BigDecimal(value).round(new MathContext(DIGITS)).stripTrailingZeros();
      int exponent = rounded.precision() - rounded.scale() - 1;
      if (exponent >= -4 && exponent < DIGITS) {
        return rounded.toPlainString();
      }
      var digits = rounded.unscaledValue().abs().toString();
      return (value < 0 ? "-" : "")
          + digits.charAt(0)
          + (digits.length() > 1 ? "." + digits.substring(1) : "")
          + (exponent < 0 ? "e-" : "e+")
          + (Math.abs(exponent) < 10 ? "0" : "")
          + Math.abs(exponent);
    }
  }

  record Truth(boolean value) implements Atom {
    @Override
    public AtomType type() {
      return AtomType.BOOLEAN;
    }
  }

  record Text(String value) implements Atom {
    public Text {
      Objects.requireNonNull(value);
    }

    @Override
    public AtomType type() {
      return AtomType.STRING;
    }
  }

  record Id(UUID value) implements Atom {
    public Id {
      Objects.requireNonNull(value);
    }

    @Override
    public AtomType type() {
      return AtomType.UUID;
    }
  }

  AtomType type();

  static Atom of(long value) {
    return new Whole(value);
  }

  static Atom of(double value) {
    return new Real(value);
  }

  static Atom of(boolean value) {
    return new Truth(value);
  }

  static Atom of(String value) {
    return new Text(value);
  }

  static Atom of(UUID value) {
    return new Id(value);
  }

  @Override
  default int compareTo(Atom other) {
    if (this instanceof Whole a && other instanceof Whole b) {
      return Long.compare(a.value, b.value);
    } else if (this instanceof Real a && other instanceof Real b) {
      return Double.compare(a.value, b.value);
    } else if (this instanceof Truth a && other instanceof Truth b) {
      return Boolean.compare(a.value, b.value);
    } else if (this instanceof Text a && other instanceof Text b) {
      return compare(a.value, b.value);
    } else if (this instanceof Id a && other instanceof Id b) {
      return compare(a.value, b.value);
    }
    return type().compareTo(other.type());
  }

  /** By the unsigned bytes of the UTF-8, which is by code point: not what String does. */
  private static int compare(String a, String b) {
    for (int i = 0; i < a.length() && i < b.length(); i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        return Character.isSurrogate(x) || Character.isSurrogate(y)
            ? Arrays.compareUnsigned(
                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8))
            : Character.compare(x, y);
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  private static int compare(UUID a, UUID b) {
    int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
  }
}
