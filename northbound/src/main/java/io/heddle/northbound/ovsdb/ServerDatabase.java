package io.heddle.northbound.ovsdb;

import io.heddle.model.relation.Atom;
import io.heddle.model.relation.AtomType;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Interpreter;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OvsdbError;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.Result;
import io.heddle.model.relation.TableSchema;
import io.heddle.model.relation.Tables;
import io.vavr.Tuple;
import io.vavr.collection.HashMap;
import io.vavr.collection.Map;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The database {@code _Server}, which tells clients what the server serves (ovsdb-server(5)). It
 * does not change as long as there is one member, which always leads.
 */
final class ServerDatabase implements Database {
  private static final String TABLE = "Database";
  private static final Atom STANDALONE = Atom.of("standalone");
  private static final DatabaseSchema SCHEMA =
      new DatabaseSchema("_Server", "1.2.0", TreeMap.of(TABLE, table()));

  private final Interpreter interpreter = new Interpreter(SCHEMA);
  private final Tables tables;

  /**
   * @param others the server's other databases
   */
  ServerDatabase(List<Database> others) {
    Map<UUID, OvsdbRow> rows = HashMap.empty();
    for (var database : io.vavr.collection.List.ofAll(others).append(this)) {
      var uuid = UUID.randomUUID();
      rows = rows.put(uuid, row(uuid, database));
    }
    this.tables = new Fixed(rows);
  }

  private static TableSchema table() {
    var models =
        new BaseType.OneOf(
            AtomType.STRING, TreeSet.of(STANDALONE, Atom.of("clustered"), Atom.of("relay")));
    var columns =
        io.vavr.collection.List.of(
            column("name", ColumnType.scalar(BaseType.STRING)),
            column("model", ColumnType.scalar(models)),
            column("connected", ColumnType.scalar(BaseType.BOOLEAN)),
            column("leader", ColumnType.scalar(BaseType.BOOLEAN)),
            column("schema", ColumnType.optional(BaseType.STRING)),
            column("cid", ColumnType.optional(BaseType.UUID)),
            column("sid", ColumnType.optional(BaseType.UUID)),
            column("index", ColumnType.optional(BaseType.INTEGER)));
    return new TableSchema(
        TABLE,
        TreeMap.ofAll(columns.toJavaMap(c -> Tuple.of(c.name(), c))),
        ColumnType.UNLIMITED,
        true,
        List.of());
  }

  private static ColumnSchema column(String name, ColumnType type) {
    return new ColumnSchema(name, type, false, true);
  }

  private static OvsdbRow row(UUID uuid, Database database) {
    Map<String, Datum> columns =
        HashMap.of(
            "name", Datum.of(Atom.of(database.schema().name())),
            "model", Datum.of(STANDALONE),
            "connected", Datum.of(Atom.of(true)),
            "leader", Datum.of(Atom.of(true)),
            "schema", Datum.of(Atom.of(Json.text(SchemaJson.of(database)))),
            "cid", Datum.Ids.EMPTY,
            "sid", Datum.Ids.EMPTY,
            "index", Datum.Atoms.EMPTY);
    return OvsdbRow.of(uuid, UUID.randomUUID(), columns);
  }

  @Override
  public DatabaseSchema schema() {
    return SCHEMA;
  }

  @Override
  public Optional<String> checksum() {
    return Optional.of("3009684573 744");
  }

  @Override
  public View view() {
    return new View(0, tables);
  }

  @Override
  public Optional<Commit> after(long revision) {
    return Optional.empty();
  }

  @Override
  public boolean reaches(long revision) {
    return true;
  }

  @Override
  public UUID id(long revision) {
    return new UUID(0, 0);
  }

  @Override
  public OptionalLong revision(UUID id) {
    return OptionalLong.empty();
  }

  @Override
  public CompletableFuture<Answer> transact(List<Operation> operations) {
    return CompletableFuture.completedFuture(new Answer(0, attempt(operations)));
  }

  @Override
  public List<Result> attempt(List<Operation> operations) {
    return interpreter
        .execute(tables, operations.stream().map(ServerDatabase::reading).toList())
        .results();
  }

  /** Nobody writes here. */
  private static Operation reading(Operation operation) {
    if (operation instanceof Operation.Insert) {
      return refused("insert");
    } else if (operation instanceof Operation.Update) {
      return refused("update");
    } else if (operation instanceof Operation.Mutate) {
      return refused("mutate");
    } else if (operation instanceof Operation.Delete) {
      return refused("delete");
    }
    return operation;
  }

  private static Operation refused(String operation) {
    return new Operation.Faulty(
        OvsdbError.of(
            "not allowed",
            operation + " operation not allowed on table in reserved database _Server"));
  }

  @Override
  public Listening listen(Runnable listener) {
    return () -> {};
  }

  /** Rows of one table that never change and do not refer to each other. */
  private record Fixed(Map<UUID, OvsdbRow> all) implements Tables {
    @Override
    public Optional<OvsdbRow> row(String table, UUID uuid) {
      return all.get(uuid).toJavaOptional();
    }

    @Override
    public Iterable<OvsdbRow> rows(String table) {
      return all.values();
    }

    @Override
    public long count(String table) {
      return all.size();
    }

    @Override
    public Optional<Iterable<OvsdbRow>> find(String table, String column, Atom key) {
      return Optional.empty();
    }

    @Override
    public Iterable<UUID> referrers(String table, String column, UUID row) {
      return List.of();
    }
  }
}
