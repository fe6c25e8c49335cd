package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Operation;
import io.vavr.collection.HashMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** However many clients monitor the same, what a commit means for them is written once. */
class SharedUpdatesTest {
  private static final OvsdbLimits LIMITS = OvsdbLimits.DEFAULT;

  private final MemoryDatabase database =
      new MemoryDatabase(SchemaFile.read(SchemaFile.OVN_NORTHBOUND), LIMITS.commits());
  private final SharedUpdates updates = new SharedUpdates(LIMITS);

  private Monitor monitor(String id, String where) throws FaultException {
    var json = "{\"Logical_Switch\":[{\"columns\":[\"name\"],\"where\":" + where + "}]}";
    var spec =
        new MonitorReader(database.schema(), LIMITS).read(JsonParser.parseString(json), true);
    return new Monitor(new JsonPrimitive(id), Monitor.Version.MONITOR_COND, database, spec);
  }

  @Test
  void equalMonitorsShareOneText() throws Exception {
    HashMap<String, Datum> row = HashMap.of("name", Datum.of(Atom.of("s")));
    var reader = database.follow();
    database.transact(List.of(new Operation.Insert("Logical_Switch", UUID.randomUUID(), row)));
    var commit = reader.next().orElseThrow();
    var first = updates.of(monitor("a", "[[\"name\",\"==\",\"s\"]]"), commit).orElseThrow();
    var second = updates.of(monitor("b", "[[\"name\",\"==\",\"s\"]]"), commit).orElseThrow();
    var third = updates.of(monitor("c", "[[\"name\",\"!=\",\"x\"]]"), commit).orElseThrow();
    assertSame(first, second);
    assertNotSame(first, third);
    assertEquals(text(first), text(third));
    assertEquals(List.of(), updates.of(monitor("d", "[false]"), commit).stream().toList());
  }

  private static String text(List<byte[]> chunks) {
    var text = new StringBuilder();
    chunks.forEach(chunk -> text.append(new String(chunk, StandardCharsets.UTF_8)));
    return text.toString();
  }
}
