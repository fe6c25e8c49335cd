package io.heddle.northbound.ovsdb;

import io.heddle.model.Membership;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Interpreter;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OvsdbError;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.Result;
import io.heddle.model.relation.RowChange;
import io.heddle.model.relation.RowChange.ColumnChange;
import io.heddle.model.relation.TableSchema;
import io.heddle.model.relation.Tables;
import io.heddle.v1.Origin;
import io.vavr.Tuple;
import io.vavr.collection.HashMap;
import io.vavr.collection.LinkedHashMap;
import io.vavr.collection.Map;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The database {@code _Server}, which tells clients what this member serves (ovsdb-server(5)), and
 * by which they find the one that leads. A store of one member is {@code standalone} there.
 */
final class ServerDatabase implements Database, AutoCloseable {
  /**
   * One of the databases.
   *
   * @param schema as JSON, which does not change
   */
  private record Served(Database database, Atom schema) {}

  private static final TableSchema TABLE =
      ServerSchema.DATABASE.table(ServerSchema.TABLE).orElseThrow();

  private final Interpreter interpreter = new Interpreter(ServerSchema.DATABASE);
  private final Map<UUID, Served> databases;
  private final Membership membership;
  private final RecentCommits commits;
  private final Membership.Subscription subscription;

  /**
   * @param others the server's other databases, which all members have
   */
  ServerDatabase(List<Database> others, Membership membership, OvsdbLimits limits) {
    Map<UUID, Served> served = LinkedHashMap.empty();
    for (var database : io.vavr.collection.List.ofAll(others).append(this)) {
      var schema = Atom.of(Json.text(SchemaJson.of(database)));
      served = served.put(UUID.randomUUID(), new Served(database, schema));
    }
    this.databases = served;
    this.membership = membership;
    var rows = databases.map((uuid, s) -> Tuple.of(uuid, row(uuid, s, membership.view())));
    this.commits = new RecentCommits(limits.commits(), new View(0, new Rows(rows)));
    this.subscription = membership.subscribe(view -> look());
    look();
  }

  /**
   * Tells whoever monitors this what is other than it was. What the members see of each other comes
   * here by itself; of {@code index} nobody is told with every commit, but as often as this is
   * called.
   */
  synchronized void look() {
    var seen = membership.view();
    var rows = ((Rows) commits.newest().tables()).all();
    var changes = new ArrayList<RowChange>();
    for (var entry : databases) {
      var now = row(entry._1, entry._2, seen);
      var change = change(rows.get(entry._1).get(), now);
      if (change.isPresent()) {
        changes.add(change.get());
        rows = rows.put(entry._1, now);
      }
    }
    if (!changes.isEmpty()) {
      var view = new View(commits.newest().revision() + 1, new Rows(rows));
      commits.append(Commit.of(view, Set.of(TABLE.name()), () -> List.copyOf(changes)));
    }
  }

  private static Optional<RowChange> change(OvsdbRow before, OvsdbRow now) {
    var columns =
        TABLE
            .columns()
            .keySet()
            .toJavaStream()
            .flatMap(c -> ColumnChange.of(c, before.get(c), now.get(c)).stream())
            .toList();
    return columns.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RowChange(
                TABLE.name(), now.uuid(), Optional.of(before), Optional.of(now), columns));
  }

  private OvsdbRow row(UUID uuid, Served served, Membership.View seen) {
    var database = served.database();
    boolean clustered = database != this && seen.members().size() > 1;
    Map<String, Datum> columns =
        HashMap.of(
            "name", Datum.of(Atom.of(database.schema().name())),
            "model", Datum.of(clustered ? ServerSchema.CLUSTERED : ServerSchema.STANDALONE),
            "connected", Datum.of(Atom.of(!clustered || seen.leader().isPresent())),
            "leader", Datum.of(Atom.of(!clustered || seen.leads())),
            "schema", Datum.of(served.schema()),
            "cid", clustered ? Datum.of(Atom.of(membership.cluster())) : Datum.Ids.EMPTY,
            "sid", clustered ? Datum.of(Atom.of(member(seen.self()))) : Datum.Ids.EMPTY,
            "index", clustered ? Datum.of(Atom.of(database.view().revision())) : Datum.Atoms.EMPTY);
    return OvsdbRow.of(uuid, UUID.randomUUID(), columns);
  }

  /** Follows from its name, which is another for each member of a cluster and stays. */
  private static UUID member(String name) {
    return UUID.nameUUIDFromBytes(("heddle member " + name).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public DatabaseSchema schema() {
    return ServerSchema.DATABASE;
  }

  @Override
  public Optional<String> checksum() {
    return Optional.of(ServerSchema.CHECKSUM);
  }

  /** Whoever begins to look sees how it is now: a member that is behind is told by its index. */
  @Override
  public View view() {
    look();
    return commits.newest();
  }

  @Override
  public RecentCommits.Reader follow() {
    look();
    return commits.follow();
  }

  @Override
  public RecentCommits commits() {
    return commits;
  }

  @Override
  public Optional<List<RowChange>> between(long revision, View to) {
    return Optional.empty();
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
  public CompletableFuture<Answer> transact(
      List<Operation> operations, Origin origin, Executor answering) {
    var view = view();
    return CompletableFuture.completedFuture(
        new Answer(view.revision(), attempt(view, operations)));
  }

  @Override
  public List<Result> attempt(List<Operation> operations) {
    return attempt(commits.newest(), operations);
  }

  private List<Result> attempt(View view, List<Operation> operations) {
    return interpreter
        .execute(view.tables(), operations.stream().map(ServerDatabase::reading).toList())
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
    return Operation.Faulty.of(
        OvsdbError.of(
            "not allowed",
            operation + " operation not allowed on table in reserved database _Server"));
  }

  @Override
  public void close() {
    subscription.close();
  }

  /** Rows of one table that do not refer to each other. */
  private record Rows(Map<UUID, OvsdbRow> all) implements Tables {
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
