package io.heddle.model;

import java.util.List;

/** Whether Heddle as a whole works, as whoever watches over all its parts found last. */
public final class Readiness {
  private volatile List<String> lacking = List.of("the start is not over");

  /** One sentence for each thing that does not work; none, where all do. */
  public void replace(List<String> whatLacks) {
    lacking = List.copyOf(whatLacks);
  }

  public boolean ready() {
    return lacking.isEmpty();
  }

  public List<String> lacking() {
    return lacking;
  }
}
