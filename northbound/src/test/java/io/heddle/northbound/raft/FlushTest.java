package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
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

  @TempDir Path folder;

  @Test
  void everyAcknowledgementFollowsAFlushOfTheLog() throws Exception {
    var trace = folder.resolve("trace");
    var strace =
        List.of(
            "strace",
            "-f",
            "-y",
            "-e",
            "trace=fsync,fdatasync,msync,write",
            "-o",
            trace.toString());
    var process = CommitLoop.start(strace, folder.resolve("data"), "f", 1, COMMITS);
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
}
