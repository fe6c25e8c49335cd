package io.heddle.it.packets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.openflow.wire.ListenException;
import io.heddle.packets.Scene;
import io.heddle.packets.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The packet tests' data files on real Open vSwitch: where it does something else than the tracer,
 * and so than the file says, the test fails.
 */
class PacketsIT {
  private static final Path FOLDER = Path.of("..", "flow-compiler").resolve(Script.FOLDER);
  private static final int USUAL_HOSTS = 4;

  private static SwitchPool pool;

  @BeforeAll
  static void start() throws IOException {
    pool = new SwitchPool(USUAL_HOSTS);
  }

  @AfterAll
  static void stop() throws IOException {
    pool.close();
  }

  @TestFactory
  Stream<DynamicTest> files() throws IOException {
    return Script.all(FOLDER).stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
  }

  private static void play(Path file) throws IOException, ListenException {
    var script = Script.read(file);
    try (var hosts = new RealHosts(pool)) {
      var scene = new Scene(hosts.store(), hosts);
      var answered = new ArrayList<Script.Entry>();
      for (var entry : script.entries()) {
        answered.add(script.play(entry, scene));
      }
      assertEquals(script.text(), script.with(answered).text());
    }
  }
}
