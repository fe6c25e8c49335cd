package io.heddle.model.relation;

import java.util.List;

/**
 * What a transaction did.
 *
 * @param results one per operation, and one more where the commit itself was refused
 * @param changes none where nothing of it holds; at most one per row, ordered by table and UUID
 */
public record Execution(List<Result> results, List<RowChange> changes) {
  /** Whether all of it holds. */
  public boolean committed() {
    return results.stream().noneMatch(r -> r instanceof Result.Failed || r instanceof Result.Unmet);
  }
}
