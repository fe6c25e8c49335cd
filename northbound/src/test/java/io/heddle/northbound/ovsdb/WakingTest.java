package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Operation;
import io.vavr.collection.HashMap;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** A commit costs only those clients something who may have to be told of it. */
class WakingTest {
  private static final OvsdbLimits LIMITS = OvsdbLimits.DEFAULT;

  /** Tells of commits. */
  private Executor telling = Runnable::run;

  private final MemoryDatabase database =
      new MemoryDatabase(
          SchemaFile.read(SchemaFile.OVN_NORTHBOUND),
          LIMITS.commits(),
          task -> telling.execute(task));
  private final Hungry client = new Hungry();
  private final Session session =
      new Session(
          client,
          new Session.Server(
              new Databases(UUID.randomUUID(), List.of(database)),
              new Locks<>(),
              new SharedUpdates(LIMITS),
              new SharedContents(LIMITS),
              LIMITS));

  WakingTest() {
    database.listen(commit -> session.signal(database, commit));
  }

  private void ask(String method, String params) {
    session.take(
        new Message.Request(
            method, JsonParser.parseString(params).getAsJsonArray(), new JsonPrimitive(method)));
    client.runAll();
    client.taken();
  }

  private void add(String table, String name) {
    HashMap<String, Datum> row = HashMap.of("name", Datum.of(Atom.of(name)));
    database.transact(List.of(new Operation.Insert(table, UUID.randomUUID(), row)));
  }

  @Test
  void whoMonitorsOtherTablesSleeps() {
    ask("monitor_cond", "[\"OVN_Northbound\",\"m\",{\"Logical_Switch\":[{}]}]");
    add("Logical_Router", "r1");
    assertEquals(0, client.runAll());
    add("Logical_Switch", "s1");
    assertEquals(1, client.runAll());
    assertTrue(client.taken().contains("s1"));
    ask("monitor_cancel", "[\"m\"]");
    add("Logical_Switch", "s2");
    assertEquals(0, client.runAll());
  }

  @Test
  void whoWaitsIsWoken() {
    var where = "[[\"name\",\"==\",\"r9\"]]";
    ask(
        "transact",
        "[\"OVN_Northbound\",{\"op\":\"wait\",\"table\":\"Logical_Router\",\"until\":\"==\","
            + "\"columns\":[\"name\"],\"rows\":[{\"name\":\"r9\"}],\"where\":"
            + where
            + "}]");
    add("Logical_Router", "r1");
    client.runAll();
    assertEquals("", client.taken());
    add("Logical_Router", "r9");
    client.runAll();
    assertTrue(client.taken().contains("\"result\":[{}]"));
  }

  @Test
  void whoseTransactionIsUnderWayIsWokenByItsAnswerAlone() {
    var insert = "{\"op\":\"insert\",\"table\":\"Logical_Switch\",\"row\":{\"name\":\"s1\"}}";
    var params = JsonParser.parseString("[\"OVN_Northbound\"," + insert + "]").getAsJsonArray();
    var commits = new ArrayDeque<Runnable>();
    telling = commits::add;
    session.take(new Message.Request("transact", params, new JsonPrimitive("insert")));
    commits.remove().run();
    assertEquals(1, client.runAll());
    assertTrue(client.taken().contains("\"id\":\"insert\""));
  }

  @Test
  void whoSleptLongIsNotTakenToBeBehind() {
    ask("monitor_cond", "[\"OVN_Northbound\",\"m\",{\"Logical_Switch\":[{}]}]");
    int woken = 0;
    for (int i = 0; i < 2 * LIMITS.commits(); i++) {
      add("Logical_Router", "r" + i);
      woken += client.runAll();
    }
    assertEquals(2 * LIMITS.commits() / 100, woken);
    add("Logical_Switch", "s1");
    client.runAll();
    assertTrue(client.taken().contains("s1"));
    assertTrue(client.isReady());
  }

  @Test
  void forWhoIsGoneNothingIsRemembered() {
    ask("monitor_cond", "[\"OVN_Northbound\",\"m\",{\"Logical_Switch\":[{}]}]");
    for (int i = 0; i < 50; i++) {
      add("Logical_Router", "r" + i);
    }
    assertEquals(50, database.commits().size());
    session.closed();
    for (int i = 50; i < 70; i++) {
      add("Logical_Router", "r" + i);
    }
    assertTrue(database.commits().size() < 20);
  }
}
