package io.heddle.northbound.raft;

import io.heddle.model.Edition;
import io.heddle.northbound.raft.StoreOpenException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;

/**
 * The folder of one member: a lock that lives no longer than its process, a file that says which
 * format and whose data this is, and the files of Raft.
 */
final class DataFolder implements AutoCloseable {
  static final String RAFT = "raft";
  private static final String LOCK = "lock";
  private static final String VERSION = "version";

  private final Path folder;
  private final FileChannel channel;
  private final FileLock lock;
  private String member = "";
  private volatile int format = 1;

  private DataFolder(Path folder, FileChannel channel, FileLock lock) {
    this.folder = folder;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * @param edition that must understand what the folder holds
   * @throws StoreOpenException where the folder is locked, another's, of another format or unusable
   */
  static DataFolder open(Path folder, String member, Edition edition) {
    try {
      Files.createDirectories(folder);
      var opened = lock(folder);
      try {
        opened.member = member;
        opened.claim(edition);
        return opened;
      } catch (IOException | RuntimeException e) {
        opened.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StoreOpenException(
          Reason.INACCESSIBLE, "The data folder " + folder + " cannot be used: " + e, e);
    }
  }

  private static DataFolder lock(Path folder) throws IOException {
    var channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      var lock = channel.tryLock();
      if (lock == null) {
        throw locked(folder, "another process");
      }
      return new DataFolder(folder, channel, lock);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw locked(folder, "this process already");
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static StoreOpenException locked(Path folder, String by) {
    return new StoreOpenException(
        Reason.LOCKED,
        "The data folder " + folder + " is in use by " + by + ". Stop it, or use another folder.");
  }

  private void claim(Edition edition) throws IOException {
    var file = folder.resolve(VERSION);
    if (Files.exists(file)) {
      check(file, edition);
      Files.createDirectories(raft());
      return;
    }
    if (Files.exists(raft())) {
      throw new StoreOpenException(
          Reason.OTHER_FORMAT,
          "The data folder "
              + folder
              + " holds data but no file \""
              + VERSION
              + "\" to tell which.");
    }
    write();
    Files.createDirectories(raft());
    flush(folder, StandardOpenOption.READ);
  }

  private void write() throws IOException {
    var file = folder.resolve(VERSION);
    var next = folder.resolve(VERSION + ".new");
    var text =
        "# The version of the cluster that this folder has, and the member whose data it holds.\nformat=";
    Files.writeString(next, text + format + "\nmember=" + member + "\n");
    flush(next, StandardOpenOption.WRITE);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    flush(folder, StandardOpenOption.READ);
  }

  /** The newest version of the cluster that was ever seen here (see {@link Edition#of}). */
  int format() {
    return format;
  }

  /** From now on nobody opens the folder who understands less. It is on disk when this returns. */
  synchronized void raise(int version) {
    if (version <= format) {
      return;
    }
    format = version;
    try {
      write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void check(Path file, Edition edition) throws IOException {
    var found = new Properties();
    try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      found.load(reader);
    } catch (IllegalArgumentException e) {
      throw new StoreOpenException(Reason.DAMAGED, file + " cannot be read: " + e.getMessage(), e);
    }
    format = format(file, found.getProperty("format", "unknown"));
    var refusal = edition.refuses(format);
    if (refusal.isPresent()) {
      throw new StoreOpenException(
          Reason.OTHER_FORMAT,
          "The data folder %s is of a cluster with which this Heddle has no part: %s."
              .formatted(folder, refusal.get()));
    }
    var owner = found.getProperty("member", "unknown");
    if (!owner.equals(member)) {
      throw new StoreOpenException(
          Reason.OTHER_MEMBER,
          "The data folder %s belongs to member %s, not to %s.".formatted(folder, owner, member));
    }
  }

  private static int format(Path file, String found) {
    try {
      return Integer.parseInt(found);
    } catch (NumberFormatException e) {
      throw new StoreOpenException(
          Reason.OTHER_FORMAT, file + " tells of format " + found + ", which is no number.", e);
    }
  }

  static void flush(Path path, StandardOpenOption how) throws IOException {
    try (var file = FileChannel.open(path, how)) {
      file.force(true);
    }
  }

  Path path() {
    return folder;
  }

  /** Whether anything was ever written to the log. */
  boolean hasLog() throws IOException {
    try (var files = Files.list(raft())) {
      return files.findAny().isPresent();
    }
  }

  /** Drops the log and the states beside it. */
  void clearLog() throws IOException {
    try (var files = Files.list(raft())) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    flush(raft(), StandardOpenOption.READ);
  }

  Path raft() {
    return folder.resolve(RAFT);
  }

  @Override
  public void close() {
    if (!channel.isOpen()) {
      // Whoever opens a store closes this once more where that fails.
      return;
    }
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
