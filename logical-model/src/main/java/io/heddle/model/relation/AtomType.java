package io.heddle.model.relation;

import java.util.UUID;

/** RFC 7047 section 3.2, {@code <atomic-type>}. */
public enum AtomType {
  INTEGER("integer", Atom.of(0)),
  REAL("real", Atom.of(0.0)),
  BOOLEAN("boolean", Atom.of(false)),
  STRING("string", Atom.of("")),
  UUID("uuid", Atom.of(new UUID(0, 0)));

  private final String text;
  private final Atom zero;

  AtomType(String text, Atom zero) {
    this.text = text;
    this.zero = zero;
  }

  /** Its name in schemas and error messages. */
  public String text() {
    return text;
  }

  /** The value that a column of this type has where nobody gave one (RFC 7047 section 5.2.1). */
  public Atom zero() {
    return zero;
  }
}
