package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Acknowledged means flushed: strace sees the log flushed after each acknowledgement and before the
 * next. It takes Debian's package strace, which the set-up of the tests installs.
 */
@Timeout(120)
class FlushTest {
  private static final int COMMITS = 50;
  private static final Pattern FLUSH_BEGINS =
      Pattern.compile("^(\\d+) +(?:fsync|fdatasync|msync)\\(.*heddle-\\d+\\.log>.*");
  private static final Pattern FLUSH_RESUMED =
      Pattern.compile("^(\\d+) +<\\.\\.\\. (?:fsync|fdatasync|msync) resumed>.* = 0.*");
  private static final Pattern ACKNOWLEDGED = Pattern.compile("^\\d+ +write\\(1<.*\"ack .*");

  private static final Pattern MEMBER =
      Pattern.compile("^(\\d+) .*/(m\\d)/raft/heddle-\\d+\\.log>.*");

  @TempDir Path folder;

  private static List<String> strace(Path trace) {
    var calls = "trace=fsync,fdatasync,msync,write";
    return List.of("strace", "-f", "-y", "-e", calls, "-o", trace.toString());
  }

  @Test
  void everyAcknowledgementFollowsAFlushOfTheLog() throws Exception {
    var trace = folder.resolve("trace");
    var process = CommitLoop.start(strace(trace), folder.resolve("data"), "f", 1, COMMITS);
    var told = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), told);

    int acknowledged = 0;
    int flushes = 0;
    int flushesSinceLast = 0;
    Set<String> flushing = new HashSet<>();
    for (var line : Files.readAllLines(trace)) {
      var begins = FLUSH_BEGINS.matcher(line);
      var resumed = FLUSH_RESUMED.matcher(line);
      if (begins.matches() && line.contains("<unfinished")) {
        flushing.add(begins.group(1));
      } else if (begins.matches() && line.endsWith("= 0")
          || resumed.matches() && flushing.remove(resumed.group(1))) {
        flushes++;
        flushesSinceLast++;
      } else if (ACKNOWLEDGED.matcher(line).matches()) {
        acknowledged++;
        assertTrue(flushesSinceLast > 0, "acknowledged, but not flushed: " + line);
        flushesSinceLast = 0;
      }
    }
    assertEquals(COMMITS, acknowledged);
    assertTrue(flushes >= COMMITS, flushes + " flushes");
    assertTrue(flushes < 2 * COMMITS, flushes + " flushes for " + COMMITS + " commits: too many");
  }

  /** The leader's disk is one of those that count, though it sends before it flushes. */
  @Test
  void withThreeMembersTheLeaderAndAnotherHaveFlushed() throws Exception {
    var trace = folder.resolve("trace");
    var process =
        CommitLoop.start(strace(trace), ThreeOfThem.class, folder.resolve("data").toString());
    var told = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), told);
    var leader = told.lines().findFirst().orElseThrow();

    var flushing = new HashMap<String, String>();
    var flushed = new HashSet<String>();
    int acknowledged = 0;
    for (var line : Files.readAllLines(trace)) {
      var member = MEMBER.matcher(line);
      var resumed = FLUSH_RESUMED.matcher(line);
      if (FLUSH_BEGINS.matcher(line).matches() && member.matches()) {
        if (line.contains("<unfinished")) {
          flushing.put(member.group(1), member.group(2));
        } else {
          flushed.add(member.group(2));
        }
      } else if (resumed.matches() && flushing.containsKey(resumed.group(1))) {
        flushed.add(flushing.remove(resumed.group(1)));
      } else if (ACKNOWLEDGED.matcher(line).matches()) {
        acknowledged++;
        assertTrue(flushed.contains(leader), "the leader has not flushed: " + line);
        assertTrue(flushed.size() > 1, "no other has flushed: " + line);
        flushed.clear();
      }
    }
    assertEquals(COMMITS, acknowledged);
  }

  /** Three members in one process; says who leads and then "ack" for each commit, one by one. */
  static final class ThreeOfThem {
    public static void main(String[] args) throws Exception {
      try (var members = new TestCluster(Path.of(args[0]))) {
        members.open("m1", "m2", "m3");
        var leader = members.await("m1", view -> view.leader().isPresent()).leader().get();
        CommitLoop.tell(leader);
        for (int i = 0; i < COMMITS; i++) {
          var outcome = members.store(leader).commit(CommitLoop.transaction("f-" + i)).get();
          CommitLoop.tell((outcome instanceof Outcome.Committed ? "ack " : "failed ") + i);
        }
      }
    }
  }
}
