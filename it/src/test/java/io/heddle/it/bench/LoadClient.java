package io.heddle.it.bench;

import java.io.IOException;

/** Adds ports to switches, by whichever door. */
interface LoadClient extends AutoCloseable {
  /** What was measured. Rates are per second, latencies in milliseconds. */
  record Result(double transactions, double ports, double median, double p99) {
    static Result of(double rate, int portsEach, double[] latencies) {
      return new Result(
          rate, rate * portsEach, Figures.median(latencies), Figures.percentile(latencies, 99));
    }
  }

  /**
   * Adds ports to the switches in turn.
   *
   * @param window transactions that are not answered yet
   */
  Result run(int window, int transactions, int portsEach, int switchCount)
      throws IOException, InterruptedException;

  /** Takes all that it added away again. */
  void clear() throws IOException;

  @Override
  void close() throws IOException;
}
