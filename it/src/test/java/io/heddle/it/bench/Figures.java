package io.heddle.it.bench;

import java.util.Arrays;
import java.util.Locale;

/** How figures are summed up and shown, so that all benchmarks read alike. */
final class Figures {
  private Figures() {}

  static double median(double[] values) {
    return percentile(values, 50);
  }

  static double percentile(double[] values, int percent) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
    return sorted[Math.max(0, rank - 1)];
  }

  static void print(String format, Object... values) {
    System.out.println("BENCH  " + String.format(Locale.ROOT, format, values));
  }
}
