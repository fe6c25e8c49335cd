package io.heddle.model.relation;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How values and types look in error messages: as ovsdb-server writes them. */
final class Wording {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private Wording() {}

  static String of(ColumnType type) {
    var key = type.key().type().text();
    if (type.isScalar()) {
      return key;
    }
    var count =
        type.max() == ColumnType.UNLIMITED
            ? type.min() == 0 ? " of" : " of " + type.min() + " or more"
            : type.min() == 0
                ? " of up to " + type.max()
                : " of " + type.min() + " to " + type.max();
    return type.value()
        .map(value -> "map" + count + " (" + key + ", " + value.type().text() + ") pairs")
        .orElseGet(() -> "set" + count + " " + key + "s");
  }

  static String of(Atom atom) {
    if (atom instanceof Atom.Whole whole) {
      return Long.toString(whole.value());
    } else if (atom instanceof Atom.Real real) {
      return real.text();
    } else if (atom instanceof Atom.Truth truth) {
      return Boolean.toString(truth.value());
    } else if (atom instanceof Atom.Id id) {
      return id.value().toString();
    }
    var text = ((Atom.Text) atom).value();
    return isPlain(text) ? text : quoted(text);
  }

  static String of(ColumnType type, Datum datum) {
    var inner =
        datum.keys().stream()
            .map(key -> of(key) + datum.value(key).map(value -> "=" + of(value)).orElse(""))
            .collect(Collectors.joining(", "));
    if (type.max() == 1 && !datum.isEmpty()) {
      return inner;
    }
    return type.isMap() ? "{" + inner + "}" : "[" + inner + "]";
  }

  /** "a", "a and b", "a, b, and c". */
  static String list(List<String> parts) {
    int last = parts.size() - 1;
    return switch (parts.size()) {
      case 0 -> "";
      case 1 -> parts.get(0);
      case 2 -> parts.get(0) + " and " + parts.get(1);
      default -> String.join(", ", parts.subList(0, last)) + ", and " + parts.get(last);
    };
  }

  private static boolean isPlain(String text) {
    return PLAIN.matcher(text).matches()
        && !text.equals("true")
        && !text.equals("false")
        && !UUID.matcher(text).matches();
  }

  private static String quoted(String text) {
    var out = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append(c < 0x20 ? String.format("\\u%04x", c) : (char) c);
              }
            });
    return out.append('"').toString();
  }
}
