package io.heddle.openflow;

/**
 * When a flow was made, in seconds since the epoch: at some time between these two. The switch
 * tells only how old the flow is, at a moment between the question and the answer, and on a busy
 * machine that may be long.
 */
record Birth(double earliest, double latest) {
  /** Seconds, what the clocks of the switch and of the test may differ by meanwhile. */
  static final double EXACT = 0.5;

  /** Whether both may be the same birth. */
  boolean meets(Birth other) {
    return earliest <= other.latest + EXACT && other.earliest <= latest + EXACT;
  }
}
