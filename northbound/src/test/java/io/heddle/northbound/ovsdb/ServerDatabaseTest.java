package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Membership.View;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.RowChange.ColumnChange;
import io.heddle.northbound.SettableMembership;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Clients learn at once who leads, by what {@code _Server} tells. */
class ServerDatabaseTest {
  private static final TreeSet<String> ALL = new TreeSet<>(List.of("m1", "m2", "m3"));

  private final MemoryDatabase database =
      new MemoryDatabase(SchemaFile.read(SchemaFile.OVN_NORTHBOUND), 10);
  private final SettableMembership membership = new SettableMembership(seen("m2", 1));
  private final ServerDatabase server =
      new ServerDatabase(List.of(database), membership, OvsdbLimits.DEFAULT);

  private static View seen(String leader, long term) {
    return new View("m1", ALL, ALL, Optional.of(leader).filter(l -> !l.isEmpty()), term);
  }

  private static OvsdbRow row(Database.View view) {
    for (var row : view.tables().rows("Database")) {
      if (row.get("name").equals(Datum.of(Atom.of("OVN_Northbound")))) {
        return row;
      }
    }
    throw new AssertionError("no row of the database");
  }

  private static List<String> changed(Database.Commit commit) {
    return commit.changes().stream()
        .flatMap(change -> change.columns().stream().map(ColumnChange::column))
        .sorted()
        .toList();
  }

  @Test
  void anElectionIsToldWithoutBeingAskedFor() {
    var told = new AtomicInteger();
    try (var reader = server.follow();
        var listening = server.listen(commit -> told.incrementAndGet())) {
      membership.set(seen("", 2));
      var lost = reader.next().orElseThrow();
      assertEquals(List.of("connected"), changed(lost));
      membership.set(seen("m1", 2));
      var won = reader.next().orElseThrow();
      assertEquals(List.of("connected", "leader"), changed(won));
      assertEquals(Datum.of(Atom.of(true)), row(won.after()).get("leader"));
      membership.set(seen("m1", 3));
      assertEquals(2, told.get(), "that there is another term is nothing to a client");
    }
  }

  @Test
  void whoIsAloneIsNoCluster() {
    assertEquals(Datum.of(Atom.of("clustered")), row(server.view()).get("model"));
    membership.set(View.alone("m1", 4));
    var alone = row(server.view());
    assertEquals(Datum.of(Atom.of("standalone")), alone.get("model"));
    assertEquals(Datum.of(Atom.of(true)), alone.get("leader"));
    for (var column : List.of("cid", "sid", "index")) {
      assertTrue(!alone.get(column).keys().iterator().hasNext(), column);
    }
  }
}
