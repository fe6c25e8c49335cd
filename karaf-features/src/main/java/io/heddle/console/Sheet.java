package io.heddle.console;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of text in columns that are as wide as they must be. */
final class Sheet {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  Sheet(String... headings) {
    rows.add(List.of(headings));
  }

  void row(String... cells) {
    rows.add(Arrays.stream(cells).map(Sheet::printable).toList());
  }

  boolean empty() {
    return rows.size() == 1;
  }

  /** Names come from hosts and tenants: what moves a cursor is not passed on to a terminal. */
  static String printable(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** The same for text of several lines. */
  static String lines(String text) {
    return text.lines().map(Sheet::printable).collect(Collectors.joining("\n"));
  }

  void print(PrintStream out) {
    int[] widths = new int[rows.get(0).size()];
    for (var row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (var row : rows) {
      var line = new ArrayList<String>();
      for (int i = 0; i < widths.length; i++) {
        line.add(row.get(i) + " ".repeat(widths[i] - row.get(i).length()));
      }
      out.println(line.stream().collect(Collectors.joining(GAP)).stripTrailing());
    }
  }
}
