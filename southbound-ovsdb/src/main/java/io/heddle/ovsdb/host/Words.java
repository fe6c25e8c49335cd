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

  /** In quotes, shortened, and without anything that would disturb a terminal or a log. */
  public static String quote(String text) {
    var shown = new StringBuilder("\"");
    text.codePoints()
        .limit(SHOWN)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || !Character.isDefined(c) || isFormat(c)) {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.append(text.codePointCount(0, text.length()) > SHOWN ? "…\"" : "\"").toString();
  }

  private static boolean isFormat(int c) {
    var type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
