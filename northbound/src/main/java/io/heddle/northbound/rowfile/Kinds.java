package io.heddle.northbound.rowfile;

import io.heddle.model.Kind;
import io.heddle.model.Schema;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Kinds of row by the names that people type. */
public final class Kinds {
  private Kinds() {}

  /** "LogicalSwitch", "logical_switch" and "logical-switch" are the same. */
  public static Optional<Kind> named(String text) {
    return Schema.rows().kinds().stream()
        .filter(kind -> plain(kind.name()).equals(plain(text)))
        .findFirst();
  }

  private static String plain(String name) {
    return name.replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
  }

  public static String unknown(String text) {
    return "no kind of row is called "
        + text
        + "; there are "
        + Schema.rows().kinds().stream().map(Kind::name).collect(Collectors.joining(", "));
  }
}
