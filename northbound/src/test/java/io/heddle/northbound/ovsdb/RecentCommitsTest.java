package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.relation.MemoryTables;
import io.heddle.northbound.ovsdb.Database.Commit;
import io.heddle.northbound.ovsdb.Database.View;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecentCommitsTest {
  private static final int CAPACITY = 200;

  /** It is looked only now and then what all have read. */
  private static final int FEW = 16;

  private final RecentCommits commits = new RecentCommits(CAPACITY, view(0));

  private static View view(long revision) {
    return new View(revision, MemoryTables.empty(ServerSchema.DATABASE));
  }

  private void append(int count) {
    for (int i = 0; i < count; i++) {
      commits.append(Commit.of(view(commits.newest().revision() + 1), Set.of(), List::of));
    }
  }

  private static void reads(RecentCommits.Reader reader, long from, long to) {
    for (long revision = from; revision <= to; revision++) {
      assertEquals(Optional.of(revision), reader.next().map(Commit::revision));
    }
    assertEquals(Optional.empty(), reader.next());
    assertEquals(to, reader.view().revision());
    assertFalse(reader.isBehind());
  }

  @Test
  void whatNobodyReadsIsForgotten() {
    append(CAPACITY);
    assertTrue(commits.size() < FEW, commits.size() + " are remembered");
    var reader = commits.follow();
    assertEquals(CAPACITY, reader.view().revision());
    append(100);
    reads(reader, CAPACITY + 1, CAPACITY + 100);
    append(100);
    reader.close();
    append(FEW);
    assertTrue(commits.size() < FEW, commits.size() + " are remembered");
  }

  @Test
  void theSlowestReaderMissesNothing() {
    var slow = commits.follow();
    append(50);
    var fast = commits.follow();
    append(50);
    reads(fast, 51, 100);
    append(FEW);
    reads(slow, 1, 100 + FEW);
    append(FEW);
    reads(slow, 101 + FEW, 100 + 2 * FEW);
    reads(fast, 101, 100 + 2 * FEW);
    append(FEW);
    assertTrue(commits.size() <= FEW, commits.size() + " are remembered");
  }

  @Test
  void whoIsFurtherBehindThanTheLimitLearnsIt() {
    var reader = commits.follow();
    append(CAPACITY);
    assertFalse(reader.isBehind());
    append(1);
    assertTrue(reader.isBehind());
    assertEquals(Optional.empty(), reader.next());
  }
}
