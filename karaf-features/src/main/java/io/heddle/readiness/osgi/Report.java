package io.heddle.readiness.osgi;

import java.util.List;
import java.util.stream.Stream;

/**
 * Whether Heddle works.
 *
 * @param missing what is not there, one sentence each; empty when Heddle is ready
 * @param failed what failed for good, one sentence each
 */
public record Report(List<String> missing, List<String> failed) {
  public boolean ready() {
    return missing.isEmpty() && failed.isEmpty();
  }

  /** The same with more that is missing. */
  Report and(List<String> more) {
    return new Report(Stream.concat(missing.stream(), more.stream()).toList(), failed);
  }

  /** All that stands in the way. */
  public List<String> lacking() {
    return Stream.concat(failed.stream(), missing.stream()).toList();
  }
}
