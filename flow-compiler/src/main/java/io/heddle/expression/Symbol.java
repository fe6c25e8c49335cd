package io.heddle.expression;

import io.heddle.flow.Field;

/** What a name in an expression means (ovn-sb(5), "Symbols"). */
public sealed interface Symbol {
  String name();

  /** In bits; 0 where its values are names. */
  int width();

  /**
   * Bits of a header field.
   *
   * @param low the lowest of them
   * @param ordered whether greater and less mean anything; if not, neither do single bits
   * @param prerequisite what a packet must be to have it
   */
  record Numeric(
      String name, Field field, int low, int width, boolean ordered, Expression prerequisite)
      implements Symbol {}

  /** A logical port, written by its name. */
  record Port(String name, Field field) implements Symbol {
    @Override
    public int width() {
      return 0;
    }
  }

  /** A name for an expression. */
  record Predicate(String name, Expression meaning) implements Symbol {
    @Override
    public int width() {
      return 1;
    }
  }

  /** What OVN has and flows cannot match yet. */
  record Missing(String name, int width, String why) implements Symbol {}
}
