package io.heddle.expression;

import io.heddle.flow.Bits;
import java.util.Optional;

/** What a field is compared with. */
public sealed interface Value {
  /**
   * @param text as it was written
   * @param width in bits: that of the kind of address, or what the number needs
   * @param bits right-aligned; those outside the mask are 0
   * @param mask which of the bits count; empty where all the field's bits do
   */
  record Number(String text, int width, Bits bits, Optional<Bits> mask) implements Value {
    @Override
    public String toString() {
      return text;
    }
  }

  /** The name of a port. */
  record Text(String text) implements Value {
    @Override
    public String toString() {
      return "\"" + text.replaceAll("([\"\\\\])", "\\\\$1") + "\"";
    }
  }

  record AddressSet(String name) implements Value {
    @Override
    public String toString() {
      return "$" + name;
    }
  }

  record PortGroup(String name) implements Value {
    @Override
    public String toString() {
      return "@" + name;
    }
  }
}
