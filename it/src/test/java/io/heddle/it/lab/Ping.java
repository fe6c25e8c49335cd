package io.heddle.it.lab;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a ping went. {@code output} is all that ping printed. */
public record Ping(int sent, int received, String output) {
  private static final Pattern SUMMARY =
      Pattern.compile("(\\d+) packets transmitted, (\\d+) received");

  private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ttl=");

  /** Reads the summary that iputils' ping ends with. */
  static Ping parse(String output) {
    Matcher summary = SUMMARY.matcher(output);
    if (!summary.find()) {
      throw new IllegalStateException("ping gave no summary:\n" + output);
    }
    return new Ping(Integer.parseInt(summary.group(1)), Integer.parseInt(summary.group(2)), output);
  }

  /**
   * Reads the lines of a ping that was stopped while it ran: what was sent after the last packet
   * that was answered may still have been under way.
   */
  static Ping upToLastAnswer(String output) {
    Set<Integer> answered = new HashSet<>();
    Matcher answer = ANSWER.matcher(output);
    while (answer.find()) {
      answered.add(Integer.parseInt(answer.group(1)));
    }
    int sent = answered.stream().mapToInt(Integer::intValue).max().orElse(0);
    return new Ping(sent, answered.size(), output);
  }

  /** How many packets got no answer. */
  public int lost() {
    return sent - received;
  }

  @Override
  public String toString() {
    return sent + " sent, " + received + " received";
  }

  /** Whether packets were sent and each got exactly one answer. */
  public boolean lossless() {
    return sent > 0 && lost() == 0 && !output.contains("DUP!");
  }
}
