package io.heddle.it.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.heddle.it.ControllerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ovn-nbctl cannot tell Heddle from ovsdb-server: each command of a history prints the same and
 * ends with the same status, but for UUIDs and the order of what has none.
 */
class NbctlIT {
  private static final Path HISTORIES = Path.of("src/test/resources/nbctl");

  @TempDir Path folder;

  static List<Path> histories() throws IOException {
    try (var files = Files.list(HISTORIES)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("histories")
  @Timeout(900)
  void commandsDoTheSame(Path history) throws Exception {
    var differences = new ArrayList<String>();
    try (var reference = new ReferenceDatabase(folder);
        var controller = ControllerProcess.in(folder)) {
      controller.start();
      var there = new Nbctl(reference.port());
      var here = new Nbctl(controller.ports().northbound());
      for (var line : Files.readAllLines(history)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          var expected = there.run(line);
          var actual = here.run(line);
          if (!actual.sameAs(expected)) {
            differences.add(line + "\n  expected " + expected + "\n  actual " + actual);
          }
        }
      }
    }
    assertEquals("", String.join("\n", differences));
  }

  @Test
  @Timeout(300)
  void waitsUntilFlowsAreCompiledAndInstalled() {
    try (var controller = ControllerProcess.in(folder)) {
      controller.start();
      var nbctl = new Nbctl(controller.ports().northbound());
      assertEquals(new Nbctl.Answer(0, ""), nbctl.run("--wait=sb ls-add s1"));
      assertEquals(new Nbctl.Answer(0, "1\n1\n"), nbctl.run("get NB_Global . nb_cfg sb_cfg"));
      assertEquals(new Nbctl.Answer(0, ""), nbctl.run("--wait=hv lsp-add s1 p1"));
      assertEquals(
          new Nbctl.Answer(0, "2\n2\n2\n"), nbctl.run("get NB_Global . nb_cfg sb_cfg hv_cfg"));
      assertEquals(0, nbctl.run("--wait=hv sync").status());
      assertFalse(nbctl.run("get NB_Global . hv_cfg_timestamp").output().equals("0\n"));
    }
  }
}
