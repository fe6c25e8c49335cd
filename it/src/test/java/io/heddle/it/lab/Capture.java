package io.heddle.it.lab;

import java.time.Duration;

/** A tcpdump that runs on a host's cable to the underlay. */
public final class Capture implements AutoCloseable {
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(10);

  private final Running tcpdump;

  private Capture(Running tcpdump) {
    this.tcpdump = tcpdump;
  }

  /** Returns when packets are being captured. */
  static Capture start(Lab lab, String host, String filter) {
    Running tcpdump =
        lab.start("net", "tcpdump", "-l", "-n", "-v", "-e", "-i", "u-" + host, filter);
    try {
      tcpdump.await(output -> output.contains("listening on"), STARTS_WITHIN);
    } catch (IllegalStateException e) {
      tcpdump.close();
      throw e;
    }
    return new Capture(tcpdump);
  }

  /** What was captured until now, as tcpdump -v -e prints it. */
  public String output() {
    return tcpdump.output();
  }

  /**
   * Waits until tcpdump has printed a text, and returns all it printed.
   *
   * @throws IllegalStateException if the deadline passes; the message has all it printed
   */
  public String await(String text, Duration deadline) {
    return tcpdump.await(output -> output.contains(text), deadline);
  }

  @Override
  public void close() {
    tcpdump.close();
  }
}
