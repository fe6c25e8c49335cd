package io.heddle.model.relation;

import io.vavr.collection.SortedMap;
import java.util.List;
import java.util.Optional;

/**
 * RFC 7047 section 3.2, {@code <table-schema>}.
 *
 * @param columns by name, without {@code _uuid} and {@code _version}, which all tables have
 * @param maxRows at most {@link ColumnType#UNLIMITED}
 * @param root its rows exist without anybody referring to them
 * @param indexes names of columns whose values no two rows may share, as the schema orders them
 */
public record TableSchema(
    String name,
    SortedMap<String, ColumnSchema> columns,
    long maxRows,
    boolean root,
    List<List<String>> indexes) {
  /** The column of a row's own UUID. */
  public static final String UUID = "_uuid";

  /** The column of a UUID that changes whenever the row does. */
  public static final String VERSION = "_version";

  private static final ColumnType ID = ColumnType.scalar(BaseType.UUID);
  private static final Optional<ColumnSchema> UUID_COLUMN =
      Optional.of(new ColumnSchema(UUID, ID, false, false));
  private static final Optional<ColumnSchema> VERSION_COLUMN =
      Optional.of(new ColumnSchema(VERSION, ID, true, false));

  /** {@code _uuid} and {@code _version} included. */
  public Optional<ColumnSchema> column(String column) {
    return switch (column) {
      case UUID -> UUID_COLUMN;
      case VERSION -> VERSION_COLUMN;
      default -> columns.get(column).toJavaOptional();
    };
  }
}
