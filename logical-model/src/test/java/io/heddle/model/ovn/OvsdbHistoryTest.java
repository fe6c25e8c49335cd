package io.heddle.model.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.LastCommits;
import io.heddle.model.Outcome;
import io.heddle.model.Replay;
import io.heddle.model.Snapshot;
import io.heddle.model.SnapshotFile;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.Clause;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Interpreter;
import io.heddle.model.relation.MemoryTables;
import io.heddle.model.relation.Mutation;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OperationMessages;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.Result;
import io.heddle.model.relation.RowChange;
import io.heddle.model.relation.TableSchema;
import io.heddle.model.relation.Tables;
import io.heddle.model.relation.UuidSets;
import io.heddle.v1.Transaction;
import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random transactions on all tables do to Heddle's rows, seen as OVN sees them, what they do to
 * tables that hold OVN's rows as they are; and what is told of each commit is what differs.
 */
class OvsdbHistoryTest {
  private static final int COMMITS = 250;

  /** What the state machine fills in by itself, and what makes it fill in another column. */
  private static final Set<String> ALLOTTED = Set.of("dynamic_addresses", "tag_request");

  private static final List<String> TEXTS =
      List.of(
          "a",
          "b",
          "",
          "router",
          "peer",
          "00:00:00:00:00:01 10.0.0.1",
          "ü\uD83D\uDE00",
          "x".repeat(300));

  static LongStream seeds() {
    return LongStream.range(0, 12);
  }

  private final Interpreter interpreter = new Interpreter(OvnSchema.database());
  private MemoryTables plain = MemoryTables.empty(OvnSchema.database());
  private Snapshot snapshot = Snapshot.empty();
  private LastCommits last = LastCommits.none(0);
  private final List<Snapshot> history = new ArrayList<>(List.of(snapshot));
  private Random random = new Random();

  @ParameterizedTest
  @MethodSource("seeds")
  void heddlesRowsAreOvnsTables(long seed) throws IOException {
    random = new Random(seed);
    int committed = 0;
    for (int i = 0; i < COMMITS; i++) {
      var operations = operations();
      var expected = interpreter.execute(plain, operations);
      var ovsdb = OperationMessages.write(operations);
      var transaction = Transaction.newBuilder().setOvsdb(ovsdb).build();
      var applied = Replay.apply(snapshot, transaction);
      var executed = assertInstanceOf(Outcome.Executed.class, applied.outcome());
      assertEquals(told(expected.results()), told(executed.results()), () -> "" + operations);
      var told = OvnChanges.of(snapshot, applied.snapshot(), applied.changes());
      assertEquals(changes(expected.changes()), changes(told), () -> "" + operations);
      told.forEach(OvsdbHistoryTest::assertNewVersion);
      plain = plain.after(expected.changes());
      snapshot = applied.snapshot();
      if (!applied.changes().isEmpty()) {
        last = last.with(snapshot.revision(), applied.changes());
        history.add(snapshot);
      }
      committed += expected.changes().isEmpty() ? 0 : 1;
      if (i % 25 == 0) {
        compare(plain, new OvnTables(snapshot));
        var loaded = loaded(snapshot);
        compare(plain, new OvnTables(loaded));
        assertEquals(seen(snapshot.sound()), seen(loaded.sound()));
        compareWithAnEarlierOne();
      }
    }
    compare(plain, new OvnTables(snapshot));
    assertTrue(committed > COMMITS / 5, committed + " of " + COMMITS + " did something");
  }

  /** What was written down of the commits since leads back to how all was. */
  private void compareWithAnEarlierOne() throws IOException {
    var bytes = new ByteArrayOutputStream();
    last.write(new DataOutputStream(bytes));
    var read = LastCommits.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    var earlier = history.get(random.nextInt(history.size()));
    var changes = read.between(earlier.revision(), snapshot.revision()).orElseThrow();
    var undone = snapshot.undo(earlier.revision(), changes);
    assertEquals(seen(earlier), seen(undone));
    compare(new OvnTables(earlier), new OvnTables(undone));
    assertEquals(
        changes(OvnChanges.of(earlier, snapshot, changes)),
        changes(OvnChanges.of(undone, snapshot, changes)));
  }

  private static void assertNewVersion(RowChange change) {
    var before = change.before().map(OvsdbRow::version);
    assertNotEquals(before, change.after().map(OvsdbRow::version), () -> "" + change.columns());
  }

  private static Snapshot loaded(Snapshot snapshot) throws IOException {
    var bytes = new ByteArrayOutputStream();
    SnapshotFile.write(snapshot, bytes);
    return SnapshotFile.read(new ByteArrayInputStream(bytes.toByteArray()));
  }

  private static String seen(Snapshot snapshot) {
    var seen = new TreeSetText();
    for (var table : OvnSchema.database().tables().keySet()) {
      for (var row : snapshot.rows(OvnSchema.table(table).kind()).values()) {
        seen.add(table + row);
      }
    }
    return seen.toString();
  }

  private static final class TreeSetText extends java.util.TreeSet<String> {
    private static final long serialVersionUID = 1;
  }

  private static void compare(Tables expected, Tables actual) {
    for (var table : OvnSchema.database().tables().values()) {
      assertEquals(expected.count(table.name()), actual.count(table.name()), table.name());
      for (var row : expected.rows(table.name())) {
        var ours = actual.row(table.name(), row.uuid()).orElseThrow();
        assertEquals(columns(table, row), columns(table, ours), table.name() + " " + row.uuid());
      }
    }
  }

  private static Map<String, Datum> columns(TableSchema table, OvsdbRow row) {
    Map<String, Datum> columns = TreeMap.empty();
    for (var column : table.columns().keySet().filter(c -> !ALLOTTED.contains(c))) {
      columns = columns.put(column, row.get(column));
    }
    return columns;
  }

  /** In which order rows are looked at, and so which one is named, is nobody's promise. */
  private static List<Object> told(List<Result> results) {
    var told = new ArrayList<Object>();
    for (var result : results) {
      if (result instanceof Result.Failed failed) {
        var details = failed.error().details();
        told.add(
            failed.error().error()
                + details.replaceAll("[0-9a-f-]{36}", "?").replaceAll("(?s)  First row, .*", ""));
      } else if (result instanceof Result.Selected selected) {
        told.add(HashSet.ofAll(selected.rows()));
      } else {
        told.add(result);
      }
    }
    return told;
  }

  private static List<String> changes(List<RowChange> changes) {
    var texts = new ArrayList<String>();
    for (var change : changes) {
      var table = OvnSchema.database().table(change.table()).orElseThrow();
      var text =
          change.table()
              + " "
              + change.uuid()
              + change.before().map(row -> columns(table, row))
              + change.after().map(row -> columns(table, row))
              + change.columns();
      texts.add(text);
    }
    return texts;
  }

  private List<Operation> operations() {
    var operations = new ArrayList<Operation>();
    for (int i = 0; i <= random.nextInt(4); i++) {
      operations.add(operation(operations));
    }
    return operations;
  }

  private Operation operation(List<Operation> earlier) {
    var table = any(OvnSchema.database().tables().values().toJavaList());
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> new Operation.Insert(table.name(), uuid(), row(table, earlier));
      case 3, 4 -> insertWithParent(table, earlier);
      case 5 -> new Operation.Update(table.name(), where(table), one(table, earlier));
      case 6, 7 -> mutate(table, earlier);
      case 8 -> new Operation.Delete(table.name(), where(table));
      default -> new Operation.Select(table.name(), where(table), Optional.of(List.of("_uuid")));
    };
  }

  /** So that what is no root stays now and then. */
  private Operation insertWithParent(TableSchema table, List<Operation> earlier) {
    var child = new Operation.Insert(table.name(), uuid(), row(table, earlier));
    earlier.add(child);
    for (var parent : OvnSchema.database().tables().values()) {
      for (var column : parent.columns().values()) {
        boolean holds =
            column.type().key().refersTo().filter(r -> r.table().equals(table.name())).isPresent();
        if (holds && random.nextInt(3) > 0) {
          var ids = new Datum.Ids(Set.of(child.uuid()));
          return plain.count(parent.name()) > 0 && random.nextBoolean()
              ? new Operation.Mutate(
                  parent.name(),
                  where(parent),
                  List.of(new Mutation(column.name(), Mutation.Mutator.INSERT, ids)))
              : new Operation.Insert(
                  parent.name(), uuid(), row(parent, earlier).put(column.name(), ids));
        }
      }
    }
    return new Operation.Comment("nobody refers to it");
  }

  private Operation mutate(TableSchema table, List<Operation> earlier) {
    var column = any(table.columns().values().toJavaList());
    var where = where(table);
    if (random.nextBoolean()) {
      var insert = new Mutation(column.name(), Mutation.Mutator.INSERT, datum(column, earlier));
      return new Operation.Mutate(table.name(), where, List.of(insert));
    }
    // What a row does hold now and then, else nothing would ever be taken out.
    var held =
        rows(table).stream()
            .map(row -> row.get(column.name()))
            .filter(datum -> !datum.isEmpty() && random.nextBoolean())
            .findFirst()
            .orElseGet(() -> datum(column, earlier));
    var delete = new Mutation(column.name(), Mutation.Mutator.DELETE, held);
    return new Operation.Mutate(
        table.name(), random.nextBoolean() ? List.of() : where, List.of(delete));
  }

  private List<OvsdbRow> rows(TableSchema table) {
    var rows = new ArrayList<OvsdbRow>();
    plain.rows(table.name()).forEach(rows::add);
    rows.sort(java.util.Comparator.comparing(OvsdbRow::uuid));
    return rows;
  }

  private List<Clause> where(TableSchema table) {
    var rows = rows(table);
    if (rows.isEmpty() || random.nextInt(12) == 0) {
      return List.of();
    }
    var row = any(rows);
    var column = random.nextBoolean() ? "_uuid" : any(table.columns().keySet().toJavaList());
    return List.of(new Clause.Comparison(column, Clause.Function.EQUAL, row.get(column)));
  }

  private Map<String, Datum> row(TableSchema table, List<Operation> earlier) {
    Map<String, Datum> row = HashMap.empty();
    for (var column : table.columns().values()) {
      boolean needed = column.type().initial().isEmpty() && column.type().min() > 0;
      boolean enumerated = column.type().key() instanceof BaseType.OneOf;
      boolean least = column.type().key() instanceof BaseType.Integers whole && whole.least() > 0;
      if (!ALLOTTED.contains(column.name())
          && (needed || enumerated || least || random.nextInt(3) == 0)) {
        row = row.put(column.name(), datum(column, earlier));
      }
    }
    return row;
  }

  private Map<String, Datum> one(TableSchema table, List<Operation> earlier) {
    var column =
        any(table.columns().values().filter(c -> !ALLOTTED.contains(c.name())).toJavaList());
    return HashMap.of(column.name(), datum(column, earlier));
  }

  private Datum datum(ColumnSchema column, List<Operation> earlier) {
    var type = column.type();
    int size =
        type.max() == 1
            ? Math.max(type.min(), random.nextInt(2))
            : Math.max(type.min(), random.nextInt(3));
    if (type.isMap()) {
      TreeMap<Atom, Atom> pairs = TreeMap.empty();
      for (int i = 0; i < size; i++) {
        pairs = pairs.put(atom(type.key(), earlier), atom(type.value().orElseThrow(), earlier));
      }
      return new Datum.Pairs(pairs);
    }
    var atoms = new ArrayList<Atom>();
    for (int i = 0; i < size; i++) {
      atoms.add(atom(type.key(), earlier));
    }
    return type.key() instanceof BaseType.Uuids
        ? new Datum.Ids(UuidSets.of(atoms.stream().map(a -> ((Atom.Id) a).value()).toList()))
        : new Datum.Atoms(TreeSet.ofAll(atoms));
  }

  private Atom atom(BaseType type, List<Operation> earlier) {
    if (type instanceof BaseType.OneOf oneOf) {
      return any(oneOf.values().toJavaList());
    } else if (type instanceof BaseType.Integers whole) {
      long least = Math.max(whole.least(), -3);
      return Atom.of(least + random.nextInt(5));
    } else if (type instanceof BaseType.Booleans) {
      return Atom.of(random.nextBoolean());
    } else if (type instanceof BaseType.Uuids uuids) {
      return Atom.of(target(uuids.reference().orElseThrow().table(), earlier));
    }
    return Atom.of(random.nextInt(3) == 0 ? "n" + random.nextInt(1000) : any(TEXTS));
  }

  private UUID target(String table, List<Operation> earlier) {
    var found = new ArrayList<UUID>();
    plain.rows(table).forEach(row -> found.add(row.uuid()));
    found.sort(null);
    for (var operation : earlier) {
      if (operation instanceof Operation.Insert insert && insert.table().equals(table)) {
        found.add(insert.uuid());
      }
    }
    return found.isEmpty() || random.nextInt(20) == 0 ? uuid() : any(found);
  }

  private UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
