package io.heddle.expression;

/** How a field is compared with a value. */
public enum Relation {
  EQUAL("=="),
  NOT_EQUAL("!="),
  LESS("<"),
  AT_MOST("<="),
  MORE(">"),
  AT_LEAST(">=");

  private final String text;

  Relation(String text) {
    this.text = text;
  }

  static Relation of(String text) {
    for (var relation : values()) {
      if (relation.text.equals(text)) {
        return relation;
      }
    }
    throw new IllegalArgumentException(text);
  }

  /** Whether it asks which of two is greater. */
  public boolean orders() {
    return this != EQUAL && this != NOT_EQUAL;
  }

  /** The same with its sides changed. */
  Relation turned() {
    return switch (this) {
      case EQUAL, NOT_EQUAL -> this;
      case LESS -> MORE;
      case AT_MOST -> AT_LEAST;
      case MORE -> LESS;
      case AT_LEAST -> AT_MOST;
    };
  }

  /** Whether both bound a value on one and the same way: {@code 1 < x <= 5}. */
  boolean sameWay(Relation other) {
    return orders() && other.orders() && upward() == other.upward();
  }

  private boolean upward() {
    return this == LESS || this == AT_MOST;
  }

  @Override
  public String toString() {
    return text;
  }
}
