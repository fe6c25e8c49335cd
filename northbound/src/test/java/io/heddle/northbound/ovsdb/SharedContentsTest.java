package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Operation;
import io.vavr.collection.HashMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who begins to monitor the same at the same revision shares one text, as far as there is room. */
class SharedContentsTest {
  private static final int ROWS = 2_000;

  private final MemoryDatabase database =
      new MemoryDatabase(SchemaFile.read(SchemaFile.OVN_NORTHBOUND), 10);

  @BeforeEach
  void fill() {
    var inserts = new ArrayList<Operation>();
    for (int i = 0; i < ROWS; i++) {
      HashMap<String, Datum> row = HashMap.of("name", Datum.of(Atom.of("s".repeat(100) + i)));
      inserts.add(new Operation.Insert("Logical_Switch", UUID.randomUUID(), row));
    }
    database.transact(inserts);
  }

  private static OvsdbLimits limits(int contentsBytes) {
    var d = OvsdbLimits.DEFAULT;
    return new OvsdbLimits(
        d.connections(),
        d.requestBytes(),
        d.incomingBytes(),
        d.requestTime(),
        d.jsonDepth(),
        d.jsonValues(),
        d.pendingRequests(),
        d.waits(),
        d.monitors(),
        d.conditions(),
        d.locks(),
        d.outgoingBytes(),
        d.commits(),
        d.sharedBytes(),
        contentsBytes,
        d.probe());
  }

  private Iterator<byte[]> read(SharedContents contents, String column) throws FaultException {
    var json = "{\"Logical_Switch\":[{\"columns\":[\"" + column + "\"]}]}";
    var spec =
        new MonitorReader(database.schema(), OvsdbLimits.DEFAULT)
            .read(JsonParser.parseString(json), true);
    var id = new JsonPrimitive(1);
    return contents.of(
        new Monitor(id, Monitor.Version.MONITOR_COND, database, spec), database.view());
  }

  private static String text(List<byte[]> pieces) {
    var text = new StringBuilder();
    pieces.forEach(piece -> text.append(new String(piece, StandardCharsets.UTF_8)));
    return text.toString();
  }

  private static void assertWhole(String text) {
    var rows = JsonParser.parseString(text).getAsJsonObject().getAsJsonObject("Logical_Switch");
    assertEquals(ROWS, rows.size());
  }

  @Test
  void aPieceIsMadeOnceForAllWhoeverIsAhead() throws Exception {
    var contents = new SharedContents(limits(100 << 20));
    var one = read(contents, "name");
    var two = read(contents, "name");
    var ones = new ArrayList<byte[]>();
    var twos = new ArrayList<byte[]>();
    ones.add(one.next());
    twos.add(two.next());
    twos.add(two.next());
    one.forEachRemaining(ones::add);
    two.forEachRemaining(twos::add);
    var late = Chunks.all(read(contents, "name"));
    assertEquals(ones.size(), contents.made());
    for (int i = 0; i < ones.size(); i++) {
      assertSame(ones.get(i), twos.get(i));
      assertSame(ones.get(i), late.get(i));
    }
    assertWhole(text(ones));
    assertEquals(text(ones).length(), contents.bytes());
    read(contents, "other_config").next();
    assertEquals(ones.size() + 1, contents.made());
  }

  @Test
  void whatIsKeptIsBoundedAndAllGetTheWholeText() throws Exception {
    int most = 100 << 10;
    var contents = new SharedContents(limits(most));
    var fast = read(contents, "name");
    var slow = read(contents, "name");
    var behind = read(contents, "name");
    var slows = new ArrayList<>(List.of(slow.next()));
    var fasts = new ArrayList<byte[]>();
    while (fast.hasNext()) {
      fasts.add(fast.next());
      assertTrue(contents.bytes() <= most, contents.bytes() + " bytes");
    }
    assertTrue(text(fasts).length() > 2 * most, "too small to tell");
    slow.forEachRemaining(slows::add);
    assertEquals(text(fasts), text(slows));
    assertEquals(text(fasts), text(Chunks.all(behind)));
    assertWhole(text(fasts));
  }
}
