package io.heddle.northbound.ovsdb;

import io.heddle.model.relation.Atom;
import io.heddle.model.relation.AtomType;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.TableSchema;
import io.vavr.Tuple;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.util.List;

/** The schema of the database {@code _Server} (ovsdb-server(5)): one table. */
final class ServerSchema {
  static final String TABLE = "Database";
  static final Atom STANDALONE = Atom.of("standalone");
  static final Atom CLUSTERED = Atom.of("clustered");
  static final DatabaseSchema DATABASE =
      new DatabaseSchema("_Server", "1.2.0", TreeMap.of(TABLE, table()));

  /** What ovsdb-server's own file of it says. */
  static final String CHECKSUM = "3009684573 744";

  private ServerSchema() {}

  private static TableSchema table() {
    var models =
        new BaseType.OneOf(AtomType.STRING, TreeSet.of(STANDALONE, CLUSTERED, Atom.of("relay")));
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
}
