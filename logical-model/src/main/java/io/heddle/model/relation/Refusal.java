package io.heddle.model.relation;

/** Ends a transaction of which nothing shall hold. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final transient OvsdbError error;

  Refusal(OvsdbError error) {
    // Refusing is nothing unusual: no stack trace.
    super(error.details(), null, false, false);
    this.error = error;
  }

  OvsdbError error() {
    return error;
  }

  static Refusal constraint(String details) {
    return new Refusal(OvsdbError.constraint(details));
  }

  static Refusal syntax(String details) {
    return new Refusal(OvsdbError.of(OvsdbError.SYNTAX_ERROR, details));
  }
}
