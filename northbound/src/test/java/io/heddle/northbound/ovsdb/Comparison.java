package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Execution;
import io.heddle.model.relation.Interpreter;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OperationMessages;
import io.heddle.model.relation.Result;
import io.heddle.model.relation.ResultMessages;
import io.heddle.model.relation.TableSchema;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** The same random transactions for ovsdb-server and for Heddle: same answers, same database. */
public final class Comparison {
  /** Whole databases are compared after so many transactions. */
  private static final int BETWEEN_DUMPS = 200;

  /**
   * @param committed transactions that hold
   * @param refused those that do not
   * @param unlucky those that were not tried: see {@link Unlucky}
   */
  public record Tally(int committed, int refused, int unlucky) {}

  /** What Heddle fills by itself, and what makes it fill another column. */
  private static final List<String> ALLOTTED = List.of("dynamic_addresses", "tag_request");

  private final DatabaseSchema schema;
  private final DatabaseSchema asked;
  private final RealServer server;
  private final Ours ours;
  private final Interpreter interpreter;
  private final Random random;
  private final SameRows same = new SameRows();
  private final Unlucky unlucky;
  private int committed;
  private int skipped;

  private Comparison(DatabaseSchema schema, Ours ours, RealServer server, long seed) {
    this.schema = schema;
    this.asked = withoutAllotted(schema);
    this.ours = ours;
    this.server = server;
    this.interpreter = new Interpreter(schema);
    this.random = new Random(seed);
    this.unlucky = new Unlucky(schema);
  }

  /** OVN's, and one that has all types. */
  public static List<Path> schemas() throws IOException {
    // From a jar it must be copied for ovsdb-tool.
    var copy = Files.createTempFile("all-types", ".ovsschema");
    copy.toFile().deleteOnExit();
    try (var from = Comparison.class.getResourceAsStream("all-types.ovsschema")) {
      Files.copy(from, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return List.of(SchemaFile.OVN_NORTHBOUND, copy);
  }

  /**
   * Fails with the seed and the transaction at the first difference. Ends early, with what was
   * tallied so far, where ovsdb-server dies of an assertion of its own.
   */
  public static Tally run(Path schemaFile, long seed, int transactions)
      throws IOException, InterruptedException {
    var schema = SchemaFile.read(schemaFile);
    var ours =
        schemaFile.equals(SchemaFile.OVN_NORTHBOUND) ? Ours.inSnapshots() : Ours.inMemory(schema);
    try (var server = RealServer.start(schemaFile)) {
      var comparison = new Comparison(schema, ours, server, seed);
      int done = 0;
      try {
        for (; done < transactions; done++) {
          comparison.step("seed " + seed + ", transaction " + done);
          if (done % BETWEEN_DUMPS == BETWEEN_DUMPS - 1 || done == transactions - 1) {
            comparison.dump("seed " + seed + " after transaction " + done);
          }
        }
      } catch (RealServer.DiedException e) {
        System.err.println("seed " + seed + ", transaction " + done + ": " + e.getMessage());
      }
      return comparison.tally(done);
    }
  }

  private static DatabaseSchema withoutAllotted(DatabaseSchema schema) {
    return new DatabaseSchema(
        schema.name(),
        schema.version(),
        schema
            .tables()
            .mapValues(
                t ->
                    new TableSchema(
                        t.name(),
                        t.columns().removeAll(ALLOTTED),
                        t.maxRows(),
                        t.root(),
                        t.indexes())));
  }

  private Tally tally(int transactions) {
    return new Tally(committed, transactions - committed - skipped, skipped);
  }

  private void step(String when) throws IOException {
    var transaction = new RandomTransactions(random, asked).next(ours.tables());
    var operations = operations(transaction);
    var execution = interpreter.execute(ours.tables(), operations);
    if (unlucky.is(operations, execution)) {
      skipped++;
    } else {
      compare(when, transaction, operations, execution);
      committed += execution.committed() ? 1 : 0;
    }
  }

  private void dump(String when) throws IOException {
    var selects = new JsonArray();
    selects.add(schema.name());
    for (var table : asked.tables().values()) {
      var select = new JsonObject();
      select.addProperty("op", "select");
      select.addProperty("table", table.name());
      select.add("where", new JsonArray());
      var columns = new JsonArray();
      columns.add(TableSchema.UUID);
      table.columns().keySet().forEach(columns::add);
      select.add("columns", columns);
      selects.add(select);
    }
    var operations = operations(selects);
    compare(when, selects, operations, interpreter.execute(ours.tables(), operations));
  }

  private void compare(
      String when, JsonArray transaction, List<Operation> operations, Execution foreseen)
      throws IOException {
    var theirs = server.transact(same.forThem(transaction));
    var answer = new JsonArray();
    for (var result : logged(ours.execute(operations, foreseen))) {
      answer.add(json(result));
    }
    same.learn(theirs, answer);
    assertEquals(same.comparable(theirs), same.comparable(answer), () -> when + ": " + transaction);
  }

  /** As they come from the network and go through the log. */
  private List<Operation> operations(JsonArray transaction) throws IOException {
    var params = Json.read(new StringReader(transaction.toString()), OvsdbLimits.DEFAULT);
    var reader =
        new OperationReader(
            schema, lock -> false, () -> new UUID(random.nextLong(), random.nextLong()));
    var operations = reader.operations(params.getAsJsonArray());
    var logged = OperationMessages.read(OperationMessages.write(operations));
    assertEquals(operations, logged);
    return logged;
  }

  private static List<Result> logged(List<Result> results) {
    var logged = ResultMessages.read(ResultMessages.write(results));
    assertEquals(results, logged);
    return logged;
  }

  private static JsonElement json(Result result) {
    if (result instanceof Result.Skipped) {
      return JsonNull.INSTANCE;
    } else if (result instanceof Result.Failed failed) {
      return FaultException.json(failed.error());
    } else if (result instanceof Result.Unmet unmet) {
      return json(unmet.timedOut(0));
    }
    var json = new JsonObject();
    if (result instanceof Result.Inserted inserted) {
      json.add("uuid", RandomNames.id(inserted.uuid()));
    } else if (result instanceof Result.Counted counted) {
      json.addProperty("count", counted.rows());
    } else if (result instanceof Result.Selected selected) {
      var rows = new JsonArray();
      for (var row : selected.rows()) {
        var columns = new JsonObject();
        row.forEach(column -> columns.add(column._1, written(column._2)));
        rows.add(columns);
      }
      json.add("rows", rows);
    }
    return json;
  }

  private static JsonElement written(Datum datum) {
    try {
      var text = new StringWriter();
      var writer = Json.writer(text);
      new DatumWriter(writer).write(datum);
      writer.flush();
      return JsonParser.parseString(text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
