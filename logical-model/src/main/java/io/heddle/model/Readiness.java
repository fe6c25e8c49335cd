package io.heddle.model;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Whether Heddle as a whole works, as whoever watches over all its parts found last. What was found
 * too long ago counts for nothing: the watch itself may hang or be gone.
 */
public final class Readiness {
  /** How long a finding holds. Watches look far more often, but the machine may be busy. */
  public static final Duration FRESH = Duration.ofSeconds(15);

  private record Finding(List<String> lacking, long at) {}

  private final LongSupplier nanoseconds;
  private volatile Finding last;

  public Readiness() {
    this(System::nanoTime);
  }

  /**
   * @param nanoseconds a clock as {@link System#nanoTime}
   */
  Readiness(LongSupplier nanoseconds) {
    this.nanoseconds = nanoseconds;
    replace(List.of("the start is not over"));
  }

  /** One sentence for each thing that does not work; none, where all do. */
  public void replace(List<String> whatLacks) {
    last = new Finding(List.copyOf(whatLacks), nanoseconds.getAsLong());
  }

  public boolean ready() {
    return lacking().isEmpty();
  }

  public List<String> lacking() {
    var found = last;
    var age = Duration.ofNanos(nanoseconds.getAsLong() - found.at());
    return age.compareTo(FRESH) > 0
        ? Stream.concat(
                found.lacking().stream(),
                Stream.of("nobody has looked after the parts for " + age.toSeconds() + " s"))
            .toList()
        : found.lacking();
  }
}
