package io.heddle.neighbour;

import java.time.Duration;

/** What finding neighbours may cost, so that nobody's packets cost others theirs. */
public final class Limits {
  /** Packets that wait for one neighbour's answer, the first ones (RFC 1122 section 2.3.2.2). */
  public static final int PACKETS_PER_NEIGHBOUR = 4;

  /** Packets that wait in one router; for another the neighbour longest sought is given up. */
  public static final int PACKETS_PER_ROUTER = 256;

  /** Packets that wait in all; for another the router that has most of them gives one up. */
  public static final int PACKETS = 4_096;

  /** Neighbours of one router that gave no answer and are not asked again for a while. */
  public static final int SILENT_PER_ROUTER = 1_024;

  public static final int SILENT = 16_384;

  /** Addresses that one router knows because neighbours answered. */
  public static final int BINDINGS_PER_ROUTER = 4_096;

  /** Questions to one neighbour before it counts as silent (RFC 4861, MAX_MULTICAST_SOLICIT). */
  public static final int QUESTIONS = 3;

  /** How long the first question waits for its answer; each further one twice as long. */
  public static final Duration FIRST_WAIT = Duration.ofMillis(500);

  /** How long nobody asks for a neighbour that gave no answer. */
  public static final Duration HOLD_DOWN = Duration.ofSeconds(3);

  /** How long a MAC address stays as it is though somebody says otherwise without being asked. */
  public static final Duration MAC_HOLDS = Duration.ofSeconds(1);

  /** After how long a neighbour is asked again, where its router's options say nothing else. */
  public static final Duration DEFAULT_AGE = Duration.ofMinutes(5);

  /** Questions again and to known neighbours, per {@link #TICK}. */
  public static final int QUESTIONS_PER_TICK = 64;

  /** Between looking what is due, and so between commits. */
  public static final Duration TICK = Duration.ofMillis(100);

  /** Addresses learned or forgotten with one commit. */
  public static final int EDITS_PER_COMMIT = 256;

  private Limits() {}
}
