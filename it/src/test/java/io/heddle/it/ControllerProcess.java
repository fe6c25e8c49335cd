package io.heddle.it;

import io.heddle.it.PlainController.Ports;
import io.heddle.it.lab.Command;
import io.heddle.it.lab.Seat;
import io.heddle.tls.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A controller in a process of its own, to be killed and started again on the same data. */
public final class ControllerProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(150);

  private final Path folder;
  private final Ports ports;
  private final List<String> prefix;
  private final List<String> more;
  private final List<String> java;
  private Process process;
  private Path log;
  private int starts;

  private ControllerProcess(
      Path folder, Ports ports, List<String> prefix, List<String> more, List<String> java) {
    this.folder = folder;
    this.ports = ports;
    this.prefix = List.copyOf(prefix);
    this.more = List.copyOf(more);
    this.java = List.copyOf(java);
  }

  /** One that is not started yet. */
  public static ControllerProcess in(Path folder) {
    return new ControllerProcess(folder, Ports.free(), List.of(), List.of(), List.of());
  }

  /**
   * One that speaks TLS on all doors.
   *
   * @param access the file that says who may do what
   */
  static ControllerProcess in(Path folder, TlsFiles files, Path access) {
    return new ControllerProcess(folder, Ports.free(), List.of(), tls(files, access), List.of());
  }

  private static List<String> tls(TlsFiles files, Path access) {
    return Stream.of(
            "tls",
            files.certificate().file(),
            files.key().file(),
            files.authorities().file(),
            "access",
            access)
        .map(Object::toString)
        .toList();
  }

  /**
   * One of several members, which is not started yet.
   *
   * @param member what {@link PlainController.Member#of} reads
   */
  public static ControllerProcess member(Path folder, Ports ports, List<String> member) {
    return new ControllerProcess(folder, ports, List.of(), words(member), List.of());
  }

  /** The same with more options of the Java machine. */
  public ControllerProcess with(String... options) {
    return new ControllerProcess(folder, ports, prefix, more, List.of(options));
  }

  /**
   * The same in a place of its own, and with TLS on all doors.
   *
   * @param access the file that says who may do what
   * @param member what {@link PlainController.Member#of} reads
   */
  static ControllerProcess member(
      Path folder, Ports ports, Seat seat, TlsFiles files, Path access, List<String> member) {
    return new ControllerProcess(
        folder,
        ports,
        seat.prefix(),
        Stream.concat(tls(files, access).stream(), words(member).stream()).toList(),
        List.of());
  }

  private static List<String> words(List<String> member) {
    return Stream.concat(Stream.of("member"), member.stream()).toList();
  }

  /**
   * The same under a program.
   *
   * @param words of the program, which are put before those of this one; it must not fork
   */
  public ControllerProcess under(List<String> words) {
    return new ControllerProcess(folder, ports, words, more, java);
  }

  /** The same with a file that says who may do what. */
  public ControllerProcess grants(Path access) {
    var words = Stream.concat(Stream.of("access", access.toString()), more.stream()).toList();
    return new ControllerProcess(folder, ports, prefix, words, java);
  }

  public Ports ports() {
    return ports;
  }

  public void start() {
    launch();
    awaitReady();
  }

  /** Starts it and does not wait: members wait for each other. */
  public void launch() {
    try {
      log = folder.resolve("controller-" + starts++ + ".log");
      var command = new ArrayList<>(prefix);
      command.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx512m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
              "--add-opens=java.base/java.util=ALL-UNNAMED"));
      command.addAll(java);
      command.addAll(
          List.of(
              "-cp",
              System.getProperty("java.class.path"),
              PlainController.class.getName(),
              folder.resolve("data").toString(),
              "" + ports.openflow(),
              "" + ports.ovsdb(),
              "" + ports.grpc(),
              "" + ports.northbound()));
      command.addAll(more);
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it says that it is ready. */
  public void awaitReady() {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!List.of(output().split("\n")).contains("ready")) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IllegalStateException("no controller:\n" + output());
      }
      pause();
    }
  }

  /** What it has said since it was started last. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it ends by itself. */
  void awaitEnd() {
    try {
      if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the controller still runs:\n" + output());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has it end in order, and waits until it has. */
  public void stop() {
    process.destroy();
    awaitEnd();
  }

  /** kill -9. */
  public void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stands still, as on a machine that is suspended. */
  public void freeze() {
    signal("STOP");
  }

  /** Goes on. */
  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    Command.run(List.of("kill", "-" + name, Long.toString(process.pid())), Map.of(), START_LIMIT);
  }

  public boolean runs() {
    return process != null && process.isAlive();
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
