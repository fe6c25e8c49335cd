package io.heddle.packets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.model.MemoryStore;
import io.heddle.packets.Script.Entry;
import io.heddle.trace.Fabric;
import io.heddle.trace.Learned;
import io.heddle.trace.Packet;
import io.heddle.trace.Trace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * All data files on the tracer. With {@code -Dpackets.rewrite=true} the files are given the answers
 * there are; read the difference before you keep it.
 */
class PacketsTest {
  private static final boolean REWRITE = Boolean.getBoolean("packets.rewrite");

  private static final Scene.Witness NOBODY =
      new Scene.Witness() {
        @Override
        public void settled(Scene scene) {}

        @Override
        public void sent(Scene s, Fabric.Host h, int ofport, Packet packet, Trace trace) {}

        @Override
        public void learned(Scene scene, Learned learned) {}
      };

  @TestFactory
  Stream<DynamicTest> files() throws IOException {
    return Script.all(Script.FOLDER).stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
  }

  private static void play(Path file) throws IOException {
    var script = Script.read(file);
    var scene = new Scene(new MemoryStore(), NOBODY);
    var answered = new ArrayList<Entry>();
    for (var entry : script.entries()) {
      answered.add(script.play(entry, scene));
    }
    var actual = script.with(answered);
    if (REWRITE) {
      actual.write();
    } else {
      assertEquals(script.text(), actual.text(), file + ": -Dpackets.rewrite=true shows all");
    }
  }
}
