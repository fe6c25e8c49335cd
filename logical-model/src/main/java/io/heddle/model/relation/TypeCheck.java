package io.heddle.model.relation;

/**
 * Whether data are what a column may hold. Whoever reads a transaction makes data of the right
 * form; that it is so is checked here again, as they come out of a log.
 */
final class TypeCheck {
  private TypeCheck() {}

  static void check(ColumnType type, Datum datum) throws Refusal {
    var word = type.isMap() ? "map" : "set";
    if (!datum.getClass().equals(type.empty().getClass())) {
      throw Refusal.syntax("expected " + Wording.of(type));
    }
    if (datum.size() < type.min() || datum.size() > type.max()) {
      throw Refusal.syntax(
          type.min() == 1 && type.max() == 1
              ? "%s must have exactly one member but %d are present".formatted(word, datum.size())
              : "%s must have %d to %d members but %d are present"
                  .formatted(word, type.min(), type.max(), datum.size()));
    }
    constraints(type, datum);
  }

  /** Only whether each atom is one that the column may hold. */
  static void constraints(ColumnType type, Datum datum) throws Refusal {
    if (datum instanceof Datum.Ids) {
      return;
    } else if (datum instanceof Datum.Atoms atoms && atoms.size() == 1) {
      check(type.key(), atoms.atoms().head());
    } else if (datum instanceof Datum.Atoms atoms) {
      for (var atom : atoms.atoms()) {
        check(type.key(), atom);
      }
    } else {
      for (var pair : ((Datum.Pairs) datum).pairs()) {
        check(type.key(), pair._1);
        check(type.value().orElseThrow(), pair._2);
      }
    }
  }

  private static void check(BaseType type, Atom atom) throws Refusal {
    if (atom.type() != type.type()) {
      throw Refusal.syntax("expected " + type.type().text());
    }
    if (type instanceof BaseType.OneOf one && !one.values().contains(atom)) {
      throw Refusal.constraint(
          Wording.of(atom)
              + " is not one of the allowed values ("
              + Wording.of(
                  ColumnType.set(BaseType.unconstrained(one.type())), new Datum.Atoms(one.values()))
              + ")");
    } else if (type instanceof BaseType.Integers range) {
      long value = ((Atom.Whole) atom).value();
      if (value < range.least() || value > range.most()) {
        throw outside(
            value,
            range.least(),
            range.most(),
            range.least() != Long.MIN_VALUE,
            range.most() != Long.MAX_VALUE);
      }
    } else if (type instanceof BaseType.Reals range) {
      var real = (Atom.Real) atom;
      if (!(real.value() >= range.least() && real.value() <= range.most())) {
        throw outside(
            real.text(),
            new Atom.Real(range.least()).text(),
            new Atom.Real(range.most()).text(),
            range.least() != -Double.MAX_VALUE,
            range.most() != Double.MAX_VALUE);
      }
    } else if (type instanceof BaseType.Strings lengths) {
      var text = ((Atom.Text) atom).value();
      long length = text.codePointCount(0, text.length());
      if (length < lengths.shortest()) {
        throw length(text, length, "less than minimum", lengths.shortest());
      } else if (length > lengths.longest()) {
        throw length(text, length, "greater than maximum", lengths.longest());
      }
    }
  }

  private static Refusal outside(
      Object value, Object least, Object most, boolean hasLeast, boolean hasMost) {
    return Refusal.constraint(
        hasLeast && hasMost
            ? "%s is not in the valid range %s to %s (inclusive)".formatted(value, least, most)
            : hasLeast
                ? "%s is less than minimum allowed value %s".formatted(value, least)
                : "%s is greater than maximum allowed value %s".formatted(value, most));
  }

  private static Refusal length(String text, long length, String relation, long bound) {
    return Refusal.constraint(
        "\"%s\" length %d is %s allowed length %d".formatted(text, length, relation, bound));
  }
}
