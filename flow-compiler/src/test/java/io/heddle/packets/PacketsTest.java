package io.heddle.packets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.model.MemoryStore;
import io.heddle.packets.Script.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * All data files on the tracer. With {@code -Dpackets.rewrite=true} the files are given the answers
 * there are; read the difference before you keep it.
 */
class PacketsTest {
  private static final boolean REWRITE = Boolean.getBoolean("packets.rewrite");

  private final RegisterUse registers = new RegisterUse();

  @TestFactory
  Stream<DynamicTest> files() throws IOException {
    var files =
        Script.all(Script.FOLDER).stream()
            .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
    return Stream.concat(
        files, Stream.of(DynamicTest.dynamicTest("registers", this::noRegisterIsInVain)));
  }

  /** All files together have both who writes a register and who reads it. */
  private void noRegisterIsInVain() {
    assertEquals(List.of(), registers.faults());
  }

  private void play(Path file) throws IOException {
    var script = Script.read(file);
    var checks = new Checks();
    var scene = new Scene(new MemoryStore(), checks);
    var answered = new ArrayList<Entry>();
    for (var entry : script.entries()) {
      answered.add(script.play(entry, scene));
    }
    registers.add(checks.registers());
    var actual = script.with(answered);
    if (REWRITE) {
      actual.write();
    } else {
      assertEquals(script.text(), actual.text(), file + ": -Dpackets.rewrite=true shows all");
    }
  }
}
