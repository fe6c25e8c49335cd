package io.heddle.it.lab;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a ping went. {@code output} is all that ping printed. */
public record Ping(int sent, int received, String output) {
  private static final Pattern SUMMARY =
      Pattern.compile("(\\d+) packets transmitted, (\\d+) received");

  /** Reads the summary that iputils' ping ends with. */
  static Ping parse(String output) {
    Matcher summary = SUMMARY.matcher(output);
    if (!summary.find()) {
      throw new IllegalStateException("ping gave no summary:\n" + output);
    }
    return new Ping(Integer.parseInt(summary.group(1)), Integer.parseInt(summary.group(2)), output);
  }

  /** How many packets got no answer. */
  public int lost() {
    return sent - received;
  }

  /** Whether packets were sent and each got exactly one answer. */
  public boolean lossless() {
    return sent > 0 && lost() == 0 && !output.contains("DUP!");
  }
}
