package io.heddle.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start can fail for, and says in one line. */
class LauncherTest {
  @TempDir Path folder;

  private Settings settings(Map<String, String> environment, String... lines) throws Exception {
    var file = Files.writeString(folder.resolve("io.heddle.cfg"), String.join("\n", lines));
    return Settings.read(file, environment);
  }

  @Test
  void theEnvironmentOverridesADefault() throws Exception {
    var lines = new String[] {"data = ${env:HEDDLE_DATA:-${user.home}/data}"};
    assertEquals("/srv/x", settings(Map.of("HEDDLE_DATA", "/srv/x"), lines).text("data"));
    var home = System.getProperty("user.home") + "/data";
    assertEquals(home, settings(Map.of(), lines).text("data"));
    assertEquals(home, settings(Map.of("HEDDLE_DATA", ""), lines).text("data"));
  }

  @Test
  void aValueIsTakenAsItIs() throws Exception {
    var settings =
        settings(Map.of("A", "$1 \\ x", "B", "${env:B}"), "a = ${env:A}", "b = ${env:B}");
    assertEquals("$1 \\ x", settings.text("a"));
    assertEquals("${env:B}", settings.text("b"));
  }

  @Test
  void whatIsNoPortIsRefused() throws Exception {
    for (var wrong : new String[] {"70000", "-1", "http", "", "0", "6653 x"}) {
      var settings = settings(Map.of(), "grpc.port = " + wrong);
      var refusal = assertThrows(Refusal.class, () -> settings.port("grpc.port"), wrong);
      assertTrue(refusal.getMessage().contains("grpc.port"), refusal.getMessage());
    }
    assertEquals(65535, settings(Map.of(), "grpc.port = 65535 ").port("grpc.port"));
    assertThrows(Refusal.class, () -> settings(Map.of()).port("grpc.port"));
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var text = new StringBuilder();
      for (var use : Ports.USES) {
        try (var free = new ServerSocket(0)) {
          text.append(use.prefix()).append(".address = 127.0.0.1\n");
          text.append(use.prefix()).append(".port = ");
          text.append(use.prefix().equals("ovsdb") ? taken.getLocalPort() : free.getLocalPort());
          text.append("\n");
        }
      }
      var settings = settings(Map.of(), text.toString());
      var message = assertThrows(Refusal.class, () -> Ports.check(settings)).getMessage();
      assertTrue(
          message.startsWith("OVSDB cannot listen on 127.0.0.1 port " + taken.getLocalPort()),
          message);
      assertTrue(message.contains("HEDDLE_OVSDB_PORT"), message);
    }
  }

  @Test
  void dataIsForOneProcess() throws Exception {
    var data = folder.resolve("a/b");
    try (var taken = DataFolder.take(data)) {
      var own = ProcessHandle.current().pid();
      assertEquals(own + "\n", Files.readString(data.resolve("lock")));
      // Within one process the system reports it otherwise; between two, the distribution's test
      // does.
      assertThrows(
          java.nio.channels.OverlappingFileLockException.class, () -> DataFolder.take(data));
      assertEquals(data, taken.path());
    }
    try (var again = DataFolder.take(data)) {
      assertEquals(DataFolder.VERSION, Files.readString(again.path().resolve("version")).strip());
    }
  }

  @Test
  void onlyTheContainersFilesAreRenewed() throws Exception {
    try (var data = DataFolder.take(folder.resolve("data"))) {
      Files.createDirectories(data.run().resolve("cache/bundle1"));
      var stale = Files.writeString(data.run().resolve("cache/bundle1/half"), "");
      var kept = Files.createDirectories(data.path().resolve("store")).resolve("log");
      Files.writeString(kept, "rows");
      var outside = Files.writeString(folder.resolve("outside"), "not ours");
      Files.createSymbolicLink(data.run().resolve("link"), outside);
      data.renew();
      assertFalse(Files.exists(stale));
      assertEquals("rows", Files.readString(kept));
      assertEquals("not ours", Files.readString(outside));
    }
  }

  @Test
  void dataOfAnotherVersionOrOfSomebodyElseIsRefused() throws Exception {
    var other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("version"), "heddle-data 99\n");
    var message = assertThrows(Refusal.class, () -> DataFolder.take(other)).getMessage();
    assertTrue(message.contains("\"heddle-data 99\""), message);

    var theirs = Files.createDirectory(folder.resolve("theirs"));
    Files.writeString(theirs.resolve("letter"), "dear");
    assertThrows(Refusal.class, () -> DataFolder.take(theirs));
    assertFalse(Files.exists(theirs.resolve("lock")));

    var file = Files.writeString(folder.resolve("file"), "");
    assertThrows(Refusal.class, () -> DataFolder.take(file));
  }

  @Test
  void keysAreMadeOnceAndKept() throws Exception {
    var console = folder.resolve("console");
    ConsoleKeys.ensure(console);
    var key = Files.readString(console.resolve("key"));
    Files.writeString(console.resolve("keys.properties"), "someone=AAAA,ssh\n");
    ConsoleKeys.ensure(console);
    assertEquals(key, Files.readString(console.resolve("key")));
    assertEquals("someone=AAAA,ssh\n", Files.readString(console.resolve("keys.properties")));
  }
}
