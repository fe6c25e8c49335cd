package io.heddle.bfd;

import java.time.Duration;

/** What watching next hops may cost. */
public final class Limits {
  /** Between two packets of a session, either way: every one passes by a controller. */
  public static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

  /** Sessions that one member keeps; those of the oldest rows. */
  public static final int SESSIONS = 2_048;

  /** Between looking what is due. */
  static final Duration TICK = Duration.ofMillis(10);

  /** Who comes to look so much later than it wanted to may have missed packets itself. */
  static final Duration LATE = Duration.ofMillis(100);

  /** Between a commit and looking what it means for sessions. */
  static final Duration SETTLING = Duration.ofMillis(20);

  /**
   * How long a session that was up stays so at its new owner, who has no connection to its switch
   * yet: longer than Open vSwitch waits before it tries to connect again.
   */
  static final Duration TAKEOVER = Duration.ofSeconds(15);

  /** How long a session that is not up has a state before that is told. */
  static final Duration CALM = Duration.ofSeconds(1);

  /** A session that falls again within this time is told to be up later than the time before. */
  static final Duration MEMORY = Duration.ofMinutes(1);

  /** By so much at the first time, and each further time by twice as much. */
  static final Duration FIRST_PENALTY = Duration.ofSeconds(1);

  static final Duration LONGEST_PENALTY = Duration.ofSeconds(30);

  private Limits() {}
}
