package io.heddle.northbound.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Who may do what, as a file says that may be replaced at any time. One that cannot be used is
 * passed over until it is mended.
 */
public final class Access implements AutoCloseable {
  /** How soon a replaced file is noticed. */
  public static final Duration WATCH = Duration.ofSeconds(2);

  /** The setting that names the file. */
  public static final String SETTING = "access.file";

  /** Bytes of the file at most. */
  static final long FILE_BYTES = 1 << 20;

  private final Optional<Path> file;
  private volatile Grants grants;
  private Optional<String> read = Optional.empty();
  private Optional<String> told = Optional.empty();
  private Optional<ScheduledExecutorService> watch = Optional.empty();

  private Access(Optional<Path> file, Grants grants) {
    this.file = file;
    this.grants = grants;
  }

  /**
   * Where no file is named: who comes in plain TCP from this machine may do everything, and nobody
   * else anything.
   */
  public static Access unsaid() {
    return new Access(Optional.empty(), Grants.UNSAID);
  }

  /**
   * What the file says is all that counts.
   *
   * @throws AccessException where it cannot be used
   */
  public static Access of(Path file) throws AccessException {
    var access = new Access(Optional.of(file), Grants.UNSAID);
    access.renew(file);
    return access;
  }

  Grants grants() {
    return grants;
  }

  /**
   * Notices from now on when the file is replaced.
   *
   * @param complaint is told what is wrong with the file whenever that changes; empty where all is
   *     well
   */
  public synchronized void watch(Duration every, Consumer<Optional<String>> complaint) {
    if (file.isEmpty()) {
      return;
    }
    var thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var made = new Thread(task, "heddle-access-watch");
              made.setDaemon(true);
              return made;
            });
    watch = Optional.of(thread);
    thread.scheduleWithFixedDelay(
        () -> look(file.get(), complaint), 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void look(Path from, Consumer<Optional<String>> complaint) {
    Optional<String> found = Optional.empty();
    try {
      renew(from);
    } catch (AccessException e) {
      found = Optional.of(e.getMessage() + "; what was read before stays in use");
    } catch (RuntimeException e) {
      found = Optional.of(SETTING + " (" + from + ") could not be looked at: " + e);
    }
    if (!found.equals(told)) {
      told = found;
      complaint.accept(found);
    }
  }

  private synchronized void renew(Path from) throws AccessException {
    var text = text(from);
    if (!read.equals(Optional.of(text))) {
      try {
        grants = Grants.parse(text);
      } catch (AccessException e) {
        throw new AccessException(SETTING + " (" + from + "), " + e.getMessage(), e);
      }
      read = Optional.of(text);
    }
  }

  private static String text(Path from) throws AccessException {
    var source = SETTING + " (" + from + ")";
    try {
      if (Files.size(from) > FILE_BYTES) {
        throw new AccessException(source + " has more than " + FILE_BYTES + " bytes");
      }
      return Files.readString(from, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new AccessException(source + ": there is no such file", e);
    } catch (IOException e) {
      throw new AccessException(source + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Looks at the file no more. */
  @Override
  public synchronized void close() {
    watch.ifPresent(ScheduledExecutorService::shutdownNow);
    watch = Optional.empty();
  }
}
