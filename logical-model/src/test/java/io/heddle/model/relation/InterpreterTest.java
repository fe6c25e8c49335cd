package io.heddle.model.relation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.relation.BaseType.Reference;
import io.heddle.model.relation.BaseType.Strength;
import io.heddle.model.relation.BaseType.Uuids;
import io.heddle.model.relation.Clause.Function;
import io.heddle.model.relation.Mutation.Mutator;
import io.vavr.collection.HashMap;
import io.vavr.collection.LinkedHashMap;
import io.vavr.collection.Map;
import io.vavr.collection.TreeMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Operations, constraints and references, by hand. That ovsdb-server agrees is tested elsewhere.
 */
class InterpreterTest {
  private static final DatabaseSchema SCHEMA =
      new DatabaseSchema(
          "Test",
          "1.0.0",
          tables(
              table(
                  "Switch",
                  ColumnType.UNLIMITED,
                  true,
                  column("name", ColumnType.scalar(BaseType.STRING)),
                  column("ports", ColumnType.set(reference("Port", Strength.STRONG))),
                  column("options", ColumnType.map(BaseType.STRING, BaseType.STRING))),
              table(
                  "Port",
                  ColumnType.UNLIMITED,
                  false,
                  column("name", ColumnType.scalar(BaseType.STRING)),
                  column("tag", ColumnType.optional(new BaseType.Integers(0, 4095))),
                  column("peer", ColumnType.optional(reference("Port", Strength.WEAK)))),
              table(
                  "Global",
                  1,
                  true,
                  column("number", ColumnType.scalar(BaseType.INTEGER)),
                  column("share", ColumnType.scalar(BaseType.REAL)))));

  private final Interpreter interpreter = new Interpreter(SCHEMA);
  private MemoryTables tables = MemoryTables.empty(SCHEMA);

  @Test
  void aRowHasWhatWasGivenAndElseTheDefaults() {
    var uuid = UUID.randomUUID();
    commit(insert("Switch", uuid, HashMap.of("name", text("s"))));
    var row = tables.row("Switch", uuid).orElseThrow();
    assertEquals(text("s"), row.get("name"));
    assertEquals(Datum.Ids.EMPTY, row.get("ports"));
    assertEquals(Datum.Pairs.EMPTY, row.get("options"));
    assertEquals(Datum.of(Atom.of(uuid)), row.get("_uuid"));
  }

  @Test
  void whatOneOperationDidTheNextSees() {
    var uuid = UUID.randomUUID();
    var results =
        commit(
            insert("Global", uuid, HashMap.of("number", number(1))),
            mutate("Global", "number", Mutator.ADD, number(41)),
            new Operation.Select("Global", List.of(), Optional.of(List.of("number"))));
    assertEquals(new Result.Counted(1), results.get(1));
    assertEquals(
        new Result.Selected(List.of(LinkedHashMap.of("number", number(42)))), results.get(2));
  }

  @Test
  void afterAFailureNothingHoldsAndTheRestIsSkipped() {
    var uuid = UUID.randomUUID();
    var execution =
        interpreter.execute(
            tables,
            List.of(
                insert("Global", uuid, HashMap.empty()),
                new Operation.Abort(),
                new Operation.Comment("never")));
    assertFalse(execution.committed());
    assertEquals(List.of(), execution.changes());
    assertEquals(new Result.Inserted(uuid), execution.results().get(0));
    assertEquals("aborted", error(execution.results().get(1)));
    assertEquals(new Result.Skipped(), execution.results().get(2));
  }

  @Test
  void aRowThatNobodyRefersToAnyMoreGoes() {
    var port = UUID.randomUUID();
    var sw = UUID.randomUUID();
    commit(insert("Port", port, HashMap.empty()));
    assertEquals(0, tables.count("Port"));
    commit(
        insert("Port", port, HashMap.empty()),
        insert("Switch", sw, HashMap.of("ports", ids(port))));
    assertEquals(1, tables.count("Port"));
    refused(
        "referential integrity violation",
        "cannot delete Port row " + port + " because of 1 remaining reference(s)",
        delete("Port", port));
    commit(mutate("Switch", "ports", Mutator.DELETE, ids(port)));
    assertEquals(0, tables.count("Port"));
  }

  @Test
  void aStrongReferenceMustNotDangle() {
    var sw = UUID.randomUUID();
    var nobody = UUID.randomUUID();
    refused(
        "referential integrity violation",
        "Table Switch column ports row %s references nonexistent row %s in table Port."
            .formatted(sw, nobody),
        insert("Switch", sw, HashMap.of("ports", ids(nobody))));
  }

  @Test
  void aWeakReferenceVanishesWithItsRow() {
    var a = UUID.randomUUID();
    var b = UUID.randomUUID();
    var sw = UUID.randomUUID();
    commit(
        insert("Port", a, HashMap.of("name", text("a"), "peer", ids(b))),
        insert("Port", b, HashMap.of("name", text("b"), "peer", ids(a))),
        insert("Switch", sw, HashMap.of("ports", ids(a, b))));
    var execution =
        interpreter.execute(tables, List.of(mutate("Switch", "ports", Mutator.DELETE, ids(b))));
    tables = tables.after(execution.changes());
    assertEquals(Datum.Ids.EMPTY, tables.row("Port", a).orElseThrow().get("peer"));
    assertTrue(tables.row("Port", b).isEmpty());
    assertEquals(
        List.of("Port", "Port", "Switch"),
        execution.changes().stream().map(RowChange::table).toList());
  }

  @Test
  void aChangeOfALargeSetTellsOnlyWhatCameAndWent() {
    var ports = Stream.generate(UUID::randomUUID).limit(1000).toList();
    var sw = UUID.randomUUID();
    var operations =
        new ArrayList<>(
            ports.stream()
                .map(p -> insert("Port", p, HashMap.of("name", text(p.toString()))))
                .toList());
    operations.add(insert("Switch", sw, HashMap.of("ports", ids(ports.toArray(new UUID[0])))));
    commit(operations.toArray(new Operation[0]));
    var one = UUID.randomUUID();
    var execution =
        interpreter.execute(
            tables,
            List.of(
                insert("Port", one, HashMap.of("name", text("one"))),
                mutate("Switch", "ports", Mutator.INSERT, ids(one, ports.get(0)))));
    var change = execution.changes().get(1).columns().get(0);
    assertEquals(Set.of(Atom.of(one)), change.added());
    assertEquals(Set.of(), change.removed());
    assertEquals(1001, change.after().size());
  }

  @Test
  void twoRowsMustNotShareAnIndex() {
    var sw = UUID.randomUUID();
    var a = UUID.randomUUID();
    var b = UUID.randomUUID();
    commit(
        insert("Port", a, HashMap.of("name", text("p"))),
        insert("Switch", sw, HashMap.of("ports", ids(a))));
    refused(
        "constraint violation",
        ("Transaction causes multiple rows in \"Port\" table to have identical values (p) for"
                + " index on column \"name\".  First row, with UUID %s, existed in the database"
                + " before this transaction and was not modified by the transaction.  Second row,"
                + " with UUID %s, was inserted by this transaction.")
            .formatted(a, b),
        insert("Port", b, HashMap.of("name", text("p"))),
        mutate("Switch", "ports", Mutator.INSERT, ids(b)));
  }

  @Test
  void aTableHoldsNoMoreRowsThanItsSchemaSays() {
    refused(
        "constraint violation",
        "transaction causes \"Global\" table to contain 2 rows, greater than the schema-defined"
            + " limit of 1 row(s)",
        insert("Global", UUID.randomUUID(), HashMap.empty()),
        insert("Global", UUID.randomUUID(), HashMap.empty()));
  }

  @Test
  void numbersOutsideTheirRangeAreRefused() {
    refused(
        "constraint violation",
        "4096 is not in the valid range 0 to 4095 (inclusive)",
        insert("Port", UUID.randomUUID(), HashMap.of("tag", number(4096))));
    commit(insert("Global", UUID.randomUUID(), HashMap.of("number", number(7))));
    refused(
        "domain error", "Division by zero.", mutate("Global", "number", Mutator.DIVIDE, number(0)));
    refused(
        "range error",
        "Result of \"+=\" operation is out of range.",
        mutate("Global", "number", Mutator.ADD, number(Long.MAX_VALUE)));
    refused(
        "domain error",
        "Division by zero.",
        mutate("Global", "share", Mutator.DIVIDE, Datum.of(Atom.of(0.0))));
  }

  @Test
  void aWaitThatIsNotMetTellsForHowLong() {
    var wait =
        new Operation.Wait(
            "Global",
            OptionalLong.of(5),
            List.of(),
            Optional.of(List.of("number")),
            true,
            List.of(HashMap.of("number", number(1))));
    var execution = interpreter.execute(tables, List.of(wait, new Operation.Comment("")));
    assertEquals(
        List.of(new Result.Unmet(OptionalLong.of(5)), new Result.Skipped()), execution.results());
    assertFalse(execution.committed());
    commit(insert("Global", UUID.randomUUID(), HashMap.of("number", number(1))), wait);
  }

  @Test
  void anOptionalNumberThatIsAbsentIsNeitherLessNorMore() {
    commit(
        insert("Port", UUID.randomUUID(), HashMap.of("name", text("none"))),
        insert("Switch", UUID.randomUUID(), HashMap.empty()));
    var where = new Where(SCHEMA.table("Port").orElseThrow(), List.of());
    assertTrue(where.all(OvsdbRow.of(new UUID(0, 1), new UUID(0, 1), HashMap.empty())));
    for (var function : List.of(Function.LESS, Function.GREATER_OR_EQUAL)) {
      var compared =
          new Where(
              SCHEMA.table("Port").orElseThrow(),
              List.of(new Clause.Comparison("tag", function, number(0))));
      assertFalse(
          compared.all(
              OvsdbRow.of(new UUID(0, 1), new UUID(0, 1), HashMap.of("tag", Datum.Atoms.EMPTY))));
    }
  }

  @Test
  void realsAreWrittenWithFifteenDigits() {
    var texts =
        List.of(0.1 + 0.2, 1.0, -2.5, 1e15, 123456789012345678.0, 1e-5, 1e-4, 1e300, 1.0 / 3);
    assertEquals(
        List.of(
            "0.3",
            "1",
            "-2.5",
            "1e+15",
            "1.23456789012346e+17",
            "1e-05",
            "0.0001",
            "1e+300",
            "0.333333333333333"),
        texts.stream().map(d -> new Atom.Real(d).text()).toList());
  }

  @Test
  void textsAreOrderedByTheirBytes() {
    assertTrue(Atom.of("\uffee").compareTo(Atom.of("\ud83d\ude00")) < 0);
    assertTrue(Atom.of("a").compareTo(Atom.of("ab")) < 0);
    assertTrue(Atom.of(new UUID(-1, 0)).compareTo(Atom.of(new UUID(1, 0))) > 0);
  }

  private List<Result> commit(Operation... operations) {
    var execution = interpreter.execute(tables, logged(operations));
    assertTrue(execution.committed(), execution.results().toString());
    assertEquals(
        execution.results(), ResultMessages.read(ResultMessages.write(execution.results())));
    tables = tables.after(execution.changes());
    return execution.results();
  }

  /** As they come out of the log. */
  private static List<Operation> logged(Operation... operations) {
    var logged = OperationMessages.read(OperationMessages.write(List.of(operations)));
    assertEquals(List.of(operations), logged);
    return logged;
  }

  private void refused(String error, String details, Operation... operations) {
    var execution = interpreter.execute(tables, logged(operations));
    var failed =
        execution.results().stream()
            .filter(Result.Failed.class::isInstance)
            .map(r -> ((Result.Failed) r).error())
            .findFirst()
            .orElseThrow();
    assertEquals(OvsdbError.of(error, details), failed);
    assertEquals(List.of(), execution.changes());
  }

  private static String error(Result result) {
    return ((Result.Failed) result).error().error();
  }

  private static Operation insert(String table, UUID uuid, Map<String, Datum> row) {
    return new Operation.Insert(table, uuid, row);
  }

  private static Operation delete(String table, UUID uuid) {
    return new Operation.Delete(
        table, List.of(new Clause.Comparison("_uuid", Function.EQUAL, ids(uuid))));
  }

  private static Operation mutate(String table, String column, Mutator mutator, Datum argument) {
    return new Operation.Mutate(table, List.of(), List.of(new Mutation(column, mutator, argument)));
  }

  private static Datum text(String text) {
    return Datum.of(Atom.of(text));
  }

  private static Datum number(long number) {
    return Datum.of(Atom.of(number));
  }

  private static Datum ids(UUID... ids) {
    return new Datum.Ids(UuidSets.of(List.of(ids)));
  }

  private static BaseType reference(String table, Strength strength) {
    return new Uuids(Optional.of(new Reference(table, strength)));
  }

  private static ColumnSchema column(String name, ColumnType type) {
    return new ColumnSchema(name, type, false, true);
  }

  private static TableSchema table(
      String name, long maxRows, boolean root, ColumnSchema... columns) {
    return new TableSchema(
        name,
        TreeMap.ofAll(Arrays.stream(columns), ColumnSchema::name, c -> c),
        maxRows,
        root,
        name.equals("Port") ? List.of(List.of("name")) : List.of());
  }

  private static TreeMap<String, TableSchema> tables(TableSchema... tables) {
    return TreeMap.ofAll(Arrays.stream(tables), TableSchema::name, t -> t);
  }
}
