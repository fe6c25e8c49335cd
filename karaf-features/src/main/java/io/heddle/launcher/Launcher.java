package io.heddle.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.karaf.main.Main;

/**
 * Starts the container, after it has made sure of what a start can fail for: the configuration, the
 * data folder and the ports. Then there is one message and exit status {@link #REFUSED}, and
 * nothing was started.
 *
 * <p>Expects the system properties {@code karaf.home}, {@code karaf.etc} and, while the container
 * has not set it otherwise, {@code java.io.tmpdir}.
 */
public final class Launcher {
  /** The exit status when Heddle refuses to start, or fails to. */
  public static final int REFUSED = 1;

  /** What the watch over the parts gets to say more than that time is up. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Reachable for as long as the process lives: it holds the lock. */
  private static DataFolder data;

  private static Duration patience;

  private Launcher() {}

  public static void main(String[] args) throws Exception {
    try {
      prepare();
    } catch (Refusal refusal) {
      System.err.println("Heddle does not start: " + refusal.getMessage());
      System.exit(REFUSED);
    }
    watch();
    Main.main(args);
  }

  /**
   * The last resort: what watches over the parts is itself one of them, and cannot report that it
   * was not started.
   */
  private static void watch() {
    var watcher =
        new Thread(
            () -> {
              try {
                Thread.sleep(patience.toMillis());
              } catch (InterruptedException e) {
                return;
              }
              if (!Files.exists(data.ready())) {
                System.err.printf(
                    "Heddle does not start: it is not ready after %d s; see %s%n",
                    patience.toSeconds(), data.log());
                Runtime.getRuntime().halt(REFUSED);
              }
            },
            "heddle-launcher");
    watcher.setDaemon(true);
    watcher.start();
  }

  private static void prepare() throws Refusal {
    var etc = Path.of(System.getProperty("karaf.etc"));
    var settings = Settings.read(etc.resolve("io.heddle.cfg"), System.getenv());
    data = DataFolder.take(Path.of(settings.text("data")).toAbsolutePath().normalize());
    patience = Duration.ofSeconds(settings.number("start.timeout")).plus(GRACE);
    Ports.check(settings);
    data.renew();
    ConsoleKeys.ensure(data.console());
    System.setProperty("karaf.data", data.run().toString());
    System.setProperty("karaf.log", data.log().toString());
    System.setProperty("karaf.instances", data.run().resolve("instances").toString());
    System.setProperty("java.io.tmpdir", data.run().resolve("tmp").toString());
    System.setProperty("heddle.data", data.path().toString());
    System.setProperty("heddle.ssh.address", settings.text("ssh.address"));
    System.setProperty("heddle.ssh.port", settings.text("ssh.port"));
    System.out.println("Heddle starts; its data is in " + data.path());
  }
}
