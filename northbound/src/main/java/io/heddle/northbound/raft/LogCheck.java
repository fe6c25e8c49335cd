package io.heddle.northbound.raft;

import io.heddle.northbound.raft.StoreOpenException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the log before Raft opens it. Raft by itself ends its log at the first entry it
 * cannot read and deletes whole files that do not fit, acknowledged entries among them. Here, an
 * unfinished write at the very end, which was never acknowledged, is removed; anything else that
 * does not fit is refused.
 */
final class LogCheck {
  private static final Logger LOG = LoggerFactory.getLogger(LogCheck.class);
  private static final Pattern SEGMENT = Pattern.compile(RaftNode.NAME + "-(\\d+)\\.log");
  private static final Pattern SNAPSHOT = Pattern.compile(RaftNode.NAME + "-(\\d+)\\.snapshot");

  /** The byte of a snapshot file's head that says whether it is complete. */
  private static final int SNAPSHOT_COMPLETE = 20;

  private final Path folder;

  private LogCheck(Path folder) {
    this.folder = folder;
  }

  /**
   * Whether there is a snapshot, from which Raft must then start.
   *
   * @param applied the last entry that is known to have been applied, 0 for none
   * @throws StoreOpenException where entries are missing that may have been acknowledged
   */
  static boolean check(Path folder, long applied) {
    try {
      return new LogCheck(folder).check(applied);
    } catch (IOException e) {
      throw new StoreOpenException(
          Reason.INACCESSIBLE, "The log in " + folder + " cannot be read: " + e, e);
    }
  }

  private boolean check(long applied) throws IOException {
    // Raft's own lock outlives its process; the data folder has a better one.
    Files.deleteIfExists(folder.resolve("." + RaftNode.NAME + ".lock"));
    var segments = segments();
    var saved = newestSnapshot();
    checkStart(segments, saved);
    long last = saved.orElse(0);
    for (int i = 0; i < segments.size(); i++) {
      var end = segments.get(i).end();
      last = Math.max(last, end.nextIndex() - 1);
      if (i + 1 == segments.size()) {
        checkTail(segments.get(i), end);
      } else if (segments.get(i + 1).index() != end.nextIndex()) {
        throw damaged(
            segments.get(i).path()
                + " ends before entry "
                + end.nextIndex()
                + ", and the log goes on with entry "
                + segments.get(i + 1).index());
      }
    }
    if (last < applied) {
      throw damaged(
          "The log in "
              + folder
              + " ends with entry "
              + last
              + ", and "
              + applied
              + " were applied");
    }
    return saved.isPresent();
  }

  /** The log's files in order of their entries. */
  private List<LogSegment> segments() throws IOException {
    var segments = new ArrayList<LogSegment>();
    var files = numbered(SEGMENT);
    for (var file : files) {
      var segment = LogSegment.read(file.path());
      if (segment.isPresent()) {
        segments.add(segment.get());
      } else if (file.equals(files.get(files.size() - 1)) && LogSegment.isBlank(file.path())) {
        // The process ended while it made the file; no entry was in it yet.
        LOG.warn("Removing {}, which was never finished", file.path());
        Files.delete(file.path());
      } else {
        throw damaged("The head of " + file.path() + " cannot be read");
      }
    }
    segments.sort(Comparator.comparingLong(LogSegment::index));
    return segments;
  }

  /** What the log lacks at its start, a snapshot must hold. */
  private void checkStart(List<LogSegment> segments, OptionalLong saved) {
    if (segments.isEmpty()) {
      if (saved.isPresent()) {
        throw damaged("The log in " + folder + " has no files, though there is a snapshot");
      }
      return;
    }
    long first = segments.get(0).index();
    if (first > saved.orElse(0) + 1) {
      throw damaged(
          "The log in "
              + folder
              + " begins with entry "
              + first
              + ", and no snapshot has those before");
    }
  }

  private OptionalLong newestSnapshot() throws IOException {
    var newest = OptionalLong.empty();
    for (var file : numbered(SNAPSHOT)) {
      try (var channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
        var complete = ByteBuffer.allocate(1);
        if (channel.read(complete, SNAPSHOT_COMPLETE) == 1 && complete.get(0) == 1) {
          newest = OptionalLong.of(file.number());
        }
      }
    }
    return newest;
  }

  private static void checkTail(LogSegment last, LogSegment.End end) throws IOException {
    if (!last.holdsAnythingFrom(end.position())) {
      return;
    }
    var later = last.findEntryAfter(end.position());
    if (later.isPresent()) {
      throw damaged(
          "%s is damaged at byte %d: entry %d cannot be read, but an entry at byte %d can"
              .formatted(last.path(), end.position(), end.nextIndex(), later.getAsLong()));
    }
    LOG.warn(
        "Removing an unfinished write from the end of {}: entry {} at byte {} was never"
            + " acknowledged",
        last.path(),
        end.nextIndex(),
        end.position());
    last.clearFrom(end.position());
  }

  private record Numbered(long number, Path path) {}

  private List<Numbered> numbered(Pattern pattern) throws IOException {
    var found = new ArrayList<Numbered>();
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        var name = pattern.matcher(file.getFileName().toString());
        if (name.matches()) {
          found.add(new Numbered(Long.parseLong(name.group(1)), file));
        }
      }
    }
    found.sort(Comparator.comparingLong(Numbered::number));
    return found;
  }

  private static StoreOpenException damaged(String what) {
    return new StoreOpenException(
        Reason.DAMAGED, what + ". Restore the data folder from a backup.");
  }
}
