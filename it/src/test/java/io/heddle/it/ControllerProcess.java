package io.heddle.it;

import io.heddle.it.PlainController.Ports;
import io.heddle.it.lab.Seat;
import io.heddle.tls.TlsFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A controller in a process of its own, to be killed and started again on the same data. */
public final class ControllerProcess implements AutoCloseable {
  private final Path folder;
  private final Ports ports;
  private final List<String> prefix;
  private final List<String> more;
  private final List<String> java;
  private JavaProcess process;
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
    var arguments =
        new ArrayList<>(
            List.of(
                folder.resolve("data").toString(),
                "" + ports.openflow(),
                "" + ports.ovsdb(),
                "" + ports.grpc(),
                "" + ports.northbound()));
    arguments.addAll(more);
    var log = folder.resolve("controller-" + starts++ + ".log");
    process = JavaProcess.start(log, prefix, java, PlainController.class, arguments);
  }

  /** Waits until it says that it is ready. */
  public void awaitReady() {
    process.awaitReady();
  }

  /** What it has said since it was started last. */
  public String output() {
    return process.output();
  }

  /** Waits until it ends by itself. */
  void awaitEnd() {
    process.awaitEnd();
  }

  /** Has it end in order, and waits until it has. */
  public void stop() {
    process.stop();
  }

  /** kill -9. */
  public void kill() {
    process.kill();
  }

  /** Stands still, as on a machine that is suspended. */
  public void freeze() {
    process.signal("STOP");
  }

  /** Goes on. */
  public void thaw() {
    process.signal("CONT");
  }

  public boolean runs() {
    return process != null && process.runs();
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
