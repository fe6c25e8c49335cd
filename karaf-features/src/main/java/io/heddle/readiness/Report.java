package io.heddle.readiness;

import java.util.List;

/**
 * Whether Heddle works.
 *
 * @param missing what is not there yet, one sentence each; empty when Heddle is ready
 * @param failed what failed for good, one sentence each
 */
public record Report(List<String> missing, List<String> failed) {
  public boolean ready() {
    return missing.isEmpty() && failed.isEmpty();
  }
}
