package io.heddle.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The folder that holds all that Heddle writes: {@code version} (the format of the rest), {@code
 * lock}, {@code store}, {@code log}, {@code console} (keys) and {@code run} (the container's own
 * files, made anew at each start).
 */
final class DataFolder implements AutoCloseable {
  /** Raised when an older Heddle could no longer use what is written. */
  static final String VERSION = "heddle-data 1";

  /** What may lie in a folder that is otherwise empty: the root of a file system has it. */
  private static final Set<String> IGNORED = Set.of("lost+found");

  private final Path path;

  /** Held until the process ends, however it ends: the system then drops the lock. */
  private final FileChannel lock;

  private DataFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Makes the folder where it is missing, and takes it for this process alone. */
  static DataFolder take(Path path) throws Refusal {
    try {
      create(path);
      checkVersion(path);
      var folder = new DataFolder(path, lock(path));
      Files.writeString(path.resolve("version"), VERSION + "\n");
      return folder;
    } catch (IOException e) {
      throw new Refusal("the data folder " + path + " cannot be used: " + reason(e));
    }
  }

  Path path() {
    return path;
  }

  Path run() {
    return path.resolve("run");
  }

  /** Written when Heddle is ready: where the console listens. */
  Path ready() {
    return run().resolve("console");
  }

  Path log() {
    return path.resolve("log");
  }

  Path console() {
    return path.resolve("console");
  }

  /**
   * Empties {@code run}. A container that was killed may leave its bundle cache half written; an
   * empty one cannot be wrong.
   */
  void renew() throws Refusal {
    try {
      delete(run());
      Files.createDirectories(run().resolve("tmp"));
      Files.createDirectories(log());
    } catch (IOException e) {
      throw new Refusal("the data folder " + path + " cannot be written: " + reason(e));
    }
  }

  private static void create(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      Files.createDirectories(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static void checkVersion(Path path) throws IOException, Refusal {
    var file = path.resolve("version");
    if (Files.exists(file)) {
      var version = Files.readString(file).strip();
      // An empty file is what a crash between creating and writing it leaves.
      if (!version.isEmpty() && !version.equals(VERSION)) {
        throw new Refusal(
            "the data folder %s is of another version: it holds \"%s\", this Heddle uses \"%s\""
                .formatted(path, version, VERSION));
      }
      return;
    }
    try (var files = Files.list(path)) {
      var strangers =
          files
              .map(f -> f.getFileName().toString())
              .filter(f -> !f.equals("lock") && !IGNORED.contains(f))
              .collect(Collectors.toCollection(java.util.TreeSet::new));
      if (!strangers.isEmpty()) {
        throw new Refusal(
            "the folder %s is neither empty nor a data folder of Heddle: it holds %s"
                .formatted(path, strangers.first()));
      }
    }
  }

  private static FileChannel lock(Path path) throws IOException, Refusal {
    var file = path.resolve("lock");
    var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      var owner = Files.readString(file).strip();
      channel.close();
      throw new Refusal("the data folder " + path + " is in use by process " + owner);
    }
    channel.truncate(0);
    var pid = ProcessHandle.current().pid() + "\n";
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    return channel;
  }

  /** Gives the folder up; only tests do so before their process ends. */
  @Override
  public void close() throws IOException {
    lock.close();
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** An exception of the file system says the path in its message and the reason in its name. */
  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
  }
}
