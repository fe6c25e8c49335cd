package io.heddle.it.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.common.collect.Sets;
import io.heddle.compiler.Network;
import io.heddle.feature.Features;
import io.heddle.flow.Flow;
import io.heddle.model.Edit;
import io.heddle.model.MemoryStore;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.ovn.OvnSchema;
import io.heddle.northbound.CannotListenException;
import io.heddle.packets.Edits;
import io.heddle.packets.Scene;
import io.heddle.packets.Script;
import io.heddle.v1.Chassis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The packet tests' networks, made and changed by ovn-nbctl alone: after each line all hosts have
 * the same flows as where the rows were written as the file has them, and the packets fare as it
 * says.
 */
class NbctlPacketsIT {
  private static final Path FOLDER = Path.of("..", "flow-compiler").resolve(Script.FOLDER);

  /** Those of rows that ovn-nbctl makes are random. */
  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  /** All tables but the one that tells how often ovn-nbctl was there. */
  private static final String LISTING =
      OvnSchema.database()
          .tables()
          .keySet()
          .toJavaStream()
          .filter(table -> !table.equals("NB_Global"))
          .map(table -> "list " + table)
          .collect(Collectors.joining(" -- "));

  @TestFactory
  Stream<DynamicTest> files() throws IOException {
    return Script.all(FOLDER).stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
  }

  private static void play(Path file) throws Exception {
    var script = Script.read(file);
    var byRows = new ByRows();
    try (var store = new NbctlStore()) {
      var byCommands = new Scene(store.sound(), Scene.Witness.NOBODY);
      var answered = new ArrayList<Script.Entry>();
      for (var entry : script.entries()) {
        answered.add(script.play(entry, byCommands));
        if (!entry.asks() && !entry.command().isEmpty()) {
          byRows.perform(entry.command());
          var differences = differences(byRows.flows(), flows(byCommands.network()));
          assertEquals("", differences, () -> file + ":" + entry.number() + ": " + entry.line());
        }
      }
      assertEquals(masked(script.text()), masked(script.with(answered).text()));
      byRows.assertListedAs(store.nbctl());
    }
  }

  /** The network as the file's own rows make it. */
  private static final class ByRows {
    private final MemoryStore store = new MemoryStore();
    private final Network network = Network.of(Features.ALL, store.snapshot());

    ByRows() {
      store.subscribe(network::update);
    }

    void perform(String command) {
      for (var operations : Edits.read(store.snapshot(), command)) {
        store.commit(Edit.observation(operations)).join();
      }
    }

    Map<String, Set<Flow>> flows() {
      return NbctlPacketsIT.flows(network);
    }

    /** ovn-nbctl sees the rows that others wrote as if it had written them itself. */
    void assertListedAs(Nbctl other) throws CannotListenException {
      try (var door = NbctlStore.door(store)) {
        var own = new Nbctl(door.address().getPort()).run(LISTING);
        assertEquals(own.words(), other.run(LISTING).words(), own::output);
        assertFalse(own.output().contains("WARN"), own::output);
      }
    }
  }

  /** All flows, by the names of their chassis. */
  private static Map<String, Set<Flow>> flows(Network network) {
    var kind = Schema.rows().kind(Chassis.class);
    var flows = new TreeMap<String, Set<Flow>>();
    for (var chassis : network.chassis()) {
      var of = new HashSet<Flow>();
      network.plan(chassis).forEach(unit -> of.addAll(unit.flows()));
      flows.put(network.snapshot().row(kind, chassis).map(Row::name).orElseThrow(), of);
    }
    return flows;
  }

  private static String differences(
      Map<String, Set<Flow>> expected, Map<String, Set<Flow>> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    var text = new StringBuilder();
    expected.forEach(
        (host, flows) -> {
          tell(text, host + " lacks ", Sets.difference(flows, actual.get(host)));
          tell(text, host + " has ", Sets.difference(actual.get(host), flows));
        });
    return text.toString();
  }

  private static void tell(StringBuilder text, String what, Set<Flow> flows) {
    flows.forEach(flow -> text.append(what).append(flow).append('\n'));
  }

  private static String masked(String text) {
    return UUID.matcher(text).replaceAll("UUID");
  }
}
