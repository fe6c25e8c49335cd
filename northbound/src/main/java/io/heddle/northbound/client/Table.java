package io.heddle.northbound.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Columns of text, each as wide as its widest cell; columns without any text are left out. */
final class Table {
  private final List<String[]> lines = new ArrayList<>();

  Table(String... heads) {
    lines.add(heads);
  }

  void add(String... cells) {
    lines.add(Arrays.stream(cells).map(RowText::safe).toArray(String[]::new));
  }

  String text() {
    var shown =
        IntStream.range(0, lines.get(0).length)
            .filter(c -> lines.stream().skip(1).anyMatch(line -> !line[c].isEmpty()))
            .toArray();
    var text = new StringBuilder();
    for (var line : lines) {
      var cells = new StringBuilder();
      for (int column : shown) {
        cells.append(line[column]).append(" ".repeat(width(column) - line[column].length() + 2));
      }
      text.append(cells.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    return lines.stream().mapToInt(line -> line[column].length()).max().orElse(0);
  }
}
