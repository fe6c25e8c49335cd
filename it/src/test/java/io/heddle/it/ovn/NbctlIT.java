package io.heddle.it.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.ControllerProcess;
import io.heddle.it.lab.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
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

  /** Of columns that OVN itself writes. */
  private static final Path ANSWERS = Path.of("src/test/resources/ovn/answers.txt");

  private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

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
    try (var reference = new ReferenceDatabase(folder);
        var controller = ControllerProcess.in(folder)) {
      controller.start();
      compare(history, reference, controller);
    }
  }

  /** What is written back is what ovn-northd writes. */
  @Test
  @Timeout(900)
  void columnsAreAnsweredTheSame() throws Exception {
    try (var reference = new ReferenceDatabase(folder);
        var northd = new Northd(folder, reference);
        var controller = ControllerProcess.in(folder)) {
      controller.start();
      compare(ANSWERS, reference, controller);
    }
  }

  private static void compare(
      Path history, ReferenceDatabase reference, ControllerProcess controller) throws IOException {
    var differences = new ArrayList<String>();
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
    assertEquals("", String.join("\n", differences));
  }

  @Test
  void historiesHaveEveryCommandWithEachOfItsOptions() throws IOException {
    var tried = new TreeSet<String>();
    for (var history : histories()) {
      Files.readAllLines(history).forEach(line -> tried.addAll(tried(line)));
    }
    var all = commands();
    assertTrue(all.size() > 105, "few commands: " + all);
    all.removeAll(tried);
    assertEquals(Set.of(), all);
  }

  /** Each command that ovn-nbctl says it has, and each followed by one of its options. */
  private static Set<String> commands() {
    var all = new TreeSet<String>();
    var told = Command.run(List.of("ovn-nbctl", "--commands"), Map.of(), Duration.ofSeconds(60));
    for (var line : told.lines().toList()) {
      var parts = line.split(",", 3);
      all.add(parts[1]);
      OPTION.matcher(parts[0]).results().forEach(o -> all.add(parts[1] + " " + o.group()));
    }
    return all;
  }

  /** The same of a line of a history, which may have several commands. */
  private static Set<String> tried(String line) {
    var tried = new TreeSet<String>();
    for (var command : line.replaceFirst("^[A-Z][A-Z0-9]* = ", "").split("(^| )-- ")) {
      var words = List.of(command.split("\\s+"));
      var name = words.stream().filter(w -> !w.startsWith("--")).findFirst().orElse("");
      tried.add(name);
      words.stream()
          .takeWhile(word -> word.startsWith("--"))
          .forEach(option -> tried.add(name + " " + option.split("=")[0]));
    }
    return tried;
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
