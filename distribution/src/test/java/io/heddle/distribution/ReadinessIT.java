package io.heddle.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.heddle.distribution.Instance.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health and status say at every moment what is, in a distribution whose parts fail and return. */
class ReadinessIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Bytes of the file system that holds the store; its log's files are sparse. */
  private static final int DISK = 2 << 20;

  @TempDir Path folder;

  private Path data;
  private Path store;

  @BeforeEach
  void mount() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("version"), "heddle-data 1\n");
    store = Files.createDirectory(data.resolve("store"));
    run("mount", "-t", "tmpfs", "-o", "size=" + DISK, "heddle-test", store.toString());
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "--lazy", store.toString());
  }

  private static void run(String... words) throws IOException, InterruptedException {
    assertEquals(0, new ProcessBuilder(words).inheritIO().start().waitFor(), List.of(words) + "");
  }

  @Test
  void healthAndStatusFollowEveryPart() throws Exception {
    var ports = Ports.free();
    try (var heddle = Instance.start(data, ports)) {
      assertServes(heddle);
      assertEquals(0, heddle.heddlectl("apply", rows("first", 1)).status());
      whenABundleStops(heddle);
      whenTheDiskIsFull(heddle);
      heddle.kill();
    }
    Files.delete(store.resolve("filler"));
    try (var heddle = Instance.start(data, ports)) {
      assertServes(heddle);
      assertTrue(heddle.console("heddle:show", "first0").output().contains("first0"));
      whenTheConsoleStops(heddle);
    }
  }

  private static void whenABundleStops(Instance heddle) throws Exception {
    assertEquals(0, heddle.console("bundle:stop", "io.heddle.southbound-ovsdb").status());
    assertDoesNotServe(
        heddle,
        "bundle io.heddle.southbound-ovsdb is not active",
        "OVSDB does not listen on port " + heddle.ports().ovsdb());
    assertEquals(0, heddle.console("bundle:start", "io.heddle.southbound-ovsdb").status());
    assertServes(heddle);
  }

  /** Only starting again helps, once there is room; until then it says so. */
  private void whenTheDiskIsFull(Instance heddle) throws Exception {
    try (var filler = Files.newOutputStream(store.resolve("filler"))) {
      byte[] page = new byte[4096];
      while (true) {
        filler.write(page);
      }
    } catch (IOException e) {
      // It is full.
    }
    assertNotEquals(0, heddle.heddlectl("apply", rows("lost", 500)).status());
    // The commit that found out may tell of nothing but a timeout; the next one knows.
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!heddle.heddlectl("status").output().contains("a write to the log failed")
        && System.nanoTime() < deadline) {
      Thread.sleep(500);
    }
    assertDoesNotServe(heddle, "the store takes no commits: ", "a write to the log failed");
  }

  private static void whenTheConsoleStops(Instance heddle) throws Exception {
    // It cuts the branch it sits on, so its own exit status says nothing.
    heddle.console("bundle:stop", "org.apache.karaf.shell.ssh");
    assertEquals(ServingStatus.NOT_SERVING, heddle.awaitHealth(ServingStatus.NOT_SERVING));
    assertNames(
        heddle.heddlectl("status").output(),
        "bundle org.apache.karaf.shell.ssh is not active",
        "the console (ssh) does not listen on port " + heddle.ports().ssh());
  }

  private static void assertServes(Instance heddle) throws Exception {
    assertEquals(ServingStatus.SERVING, heddle.awaitHealth(ServingStatus.SERVING));
    var status = heddle.console("heddle:status");
    assertEquals(0, status.status(), status.output());
    assertTrue(status.output().startsWith("Heddle works."), status.output());
  }

  private static void assertDoesNotServe(Instance heddle, String... reasons) throws Exception {
    assertEquals(ServingStatus.NOT_SERVING, heddle.awaitHealth(ServingStatus.NOT_SERVING));
    for (var status :
        List.of(
            heddle.console("heddle:status"),
            heddle.console("heddle:status", "--json"),
            heddle.heddlectl("status"))) {
      assertNotEquals(0, status.status(), status.output());
      assertNames(status.output(), reasons);
    }
  }

  private static void assertNames(String text, String... reasons) {
    for (var reason : reasons) {
      assertTrue(text.contains(reason), text);
    }
  }

  /** A file of so many switches. */
  private String rows(String name, int count) throws IOException {
    var rows =
        IntStream.range(0, count)
            .mapToObj(i -> "{ \"kind\": \"LogicalSwitch\", \"name\": \"" + name + i + "\" }")
            .collect(Collectors.joining(",\n", "[", "]"));
    return Files.writeString(folder.resolve(name + ".json"), rows).toString();
  }
}
