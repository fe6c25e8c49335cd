package io.heddle.bfd;

import java.time.Duration;
import java.util.Optional;

/**
 * Which of a session's states are worth a commit, and when: that it is not up any more at once;
 * that it is, later each time that it fell soon after the last; all else when it stays so for a
 * while. Times are nanoseconds of one clock. For one thread at a time.
 */
final class Damping {
  private State state;
  private long since;
  private Duration penalty = Duration.ZERO;
  private Optional<Long> fell = Optional.empty();

  Damping(State state, long now) {
    this.state = state;
    this.since = now;
  }

  /** That the session is in a state; whether it was in another one. */
  boolean is(State now, long at) {
    boolean other = now != state;
    if (other) {
      state = now;
      since = at;
    }
    return other;
  }

  /** Whether to tell the state that it is in, where another was told last, or none. */
  boolean due(String told, long now) {
    if (told.equals(state.status())) {
      return false;
    }
    if (state == State.UP) {
      return now - since >= penalty.toNanos();
    }
    boolean calm = told.equals(State.DOWN.status()) || told.equals(State.INIT.status());
    return !calm || now - since >= Limits.CALM.toNanos();
  }

  /** It was told to be up, and then not to be. */
  void fell(long now) {
    boolean again = fell.filter(at -> now - at < Limits.MEMORY.toNanos()).isPresent();
    penalty = again ? next(penalty) : Duration.ZERO;
    fell = Optional.of(now);
  }

  private static Duration next(Duration penalty) {
    if (penalty.isZero()) {
      return Limits.FIRST_PENALTY;
    }
    var twice = penalty.multipliedBy(2);
    return twice.compareTo(Limits.LONGEST_PENALTY) < 0 ? twice : Limits.LONGEST_PENALTY;
  }
}
