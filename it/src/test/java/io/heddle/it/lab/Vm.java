package io.heddle.it.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A VM of the lab: a namespace whose eth0 is plugged into its host's integration bridge. */
public record Vm(Lab lab, String name) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ANSWER_WITHIN_SECONDS = 1;

  /** For all answers to come. */
  private static final Duration ANSWERS = Duration.ofSeconds(5);

  private static final Pattern RECEIVED =
      Pattern.compile(
          "\"sum_received\":\\s*\\{[^}]*\"bits_per_second\":\\s*([0-9.eE+]+)", Pattern.DOTALL);

  /** Runs a program in the VM and returns what it prints; its failure is an exception. */
  public String run(String... words) {
    List<String> line = new ArrayList<>(List.of("exec", name));
    line.addAll(List.of(words));
    return lab.call(line.toArray(String[]::new));
  }

  /** Runs a program in the VM and returns what it prints, however it ends. */
  public String tryRun(String... words) {
    return lab.tryIn(name, PATIENCE, words).output();
  }

  /**
   * Sends UDP packets from many ports, one after the other.
   *
   * @param first the first port to send from
   * @param packets from each port
   */
  public void connect(String address, int port, int first, int ports, int packets) {
    run(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Connections.class.getName(),
        address,
        "" + port,
        "" + first,
        "" + ports,
        "" + packets);
  }

  /**
   * Sends packets to an address, one per interval. If any was answered it waits for the last answer
   * no longer than twice what the slowest took, or an interval.
   */
  public Ping ping(String address, int packets, Duration interval) {
    return Ping.parse(ping(address, packets, interval, "-W", "" + ANSWER_WITHIN_SECONDS));
  }

  /**
   * Sends packets to an address, one per interval, until so many are answered. On a busy machine an
   * answer may take longer than all before; that is no loss.
   */
  public Ping pingAnswered(String address, int packets, Duration interval) {
    long seconds = interval.multipliedBy(packets).plus(ANSWERS).toSeconds();
    return Ping.upToLastAnswer(ping(address, packets, interval, "-w", "" + seconds));
  }

  private String ping(String address, int packets, Duration interval, String... options) {
    var words = new ArrayList<>(List.of("ping", "-n", "-c", "" + packets, "-i", seconds(interval)));
    words.addAll(List.of(options));
    words.add(address);
    var deadline = PATIENCE.plus(interval.multipliedBy(packets));
    return lab.tryIn(name, deadline, words.toArray(String[]::new)).output();
  }

  /** Whether one packet to an address is answered within a second. */
  public boolean reaches(String address) {
    return ping(address, 1, Duration.ofSeconds(1)).received() == 1;
  }

  /**
   * Waits until an address answers.
   *
   * @throws IllegalStateException if the deadline passes
   */
  public void awaitReaches(String address, Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!reaches(address)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            name + " does not reach " + address + " within " + deadline + "\n" + lab.status());
      }
    }
  }

  /** Sends one packet per interval to an address until the ping is stopped. */
  public RunningPing startPing(String address, Duration interval) {
    return new RunningPing(lab.start(name, "ping", "-n", "-i", seconds(interval), address));
  }

  /**
   * Sends TCP to another VM as fast as it goes and returns what arrived, in bit/s.
   *
   * @param address one of the other VM's
   */
  public double throughput(Vm receiver, String address, Duration duration) {
    try (Running server = lab.start(receiver.name(), "iperf3", "-s", "-1", "--forceflush")) {
      server.await(output -> output.contains("Server listening"), PATIENCE);
      Command.Result result =
          lab.tryIn(
              name,
              PATIENCE.plus(duration),
              "iperf3",
              "-J",
              "-t",
              Long.toString(duration.toSeconds()),
              "--connect-timeout",
              Long.toString(PATIENCE.toMillis() / 2),
              "-c",
              address);
      Matcher received = RECEIVED.matcher(result.output());
      if (result.status() != 0 || !received.find()) {
        throw new IllegalStateException("iperf3 failed:\n" + result.output());
      }
      return Double.parseDouble(received.group(1));
    }
  }

  /** Unplugs the VM and plugs it in on another host. */
  public void moveTo(Host host) {
    lab.call("move-vm", name, host.name());
  }

  /** Unplugs the VM and deletes it. */
  public void remove() {
    lab.call("remove-vm", name);
  }

  private static String seconds(Duration interval) {
    return String.format(Locale.ROOT, "%.3f", interval.toNanos() / 1e9);
  }
}
