package io.heddle.ovsdb.host;

import io.heddle.model.Column;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What hosts write, made fit for rows and for people's eyes. */
public final class Words {
  /** Characters of a host's words that are shown. */
  private static final int SHOWN = 60;

  private Words() {}

  /** Why the column cannot hold the text, or nothing. */
  static Optional<String> fault(Column column, String text) {
    if (text.length() > column.maxLength()) {
      return Optional.of(
          "is " + text.length() + " characters long, more than " + column.maxLength());
    }
    return StandardCharsets.UTF_8.newEncoder().canEncode(text)
        ? Optional.empty()
        : Optional.of("is not valid Unicode");
  }

  /** Why the column cannot hold the text as a name that people see, or nothing. */
  static Optional<String> nameFault(Column column, String text) {
    return fault(column, text)
        .or(
            () ->
                text.codePoints().allMatch(Words::isVisible)
                    ? Optional.empty()
                    : Optional.of("has characters that cannot be seen: " + quote(text)));
  }

  /** In quotes, shortened, and without anything that would disturb a terminal or a log. */
  public static String quote(String text) {
    var shown = new StringBuilder("\"");
    text.codePoints()
        .limit(SHOWN)
        .forEach(
            c -> {
              if (isVisible(c)) {
                shown.appendCodePoint(c);
              } else {
                shown.append(String.format("\\u%04x", c));
              }
            });
    return shown.append(text.codePointCount(0, text.length()) > SHOWN ? "…\"" : "\"").toString();
  }

  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
