package io.heddle.model.relation;

import io.vavr.collection.SortedMap;
import java.util.Optional;

/**
 * RFC 7047 section 3.2, {@code <database-schema>}.
 *
 * @param version of the schema, such as "7.0.0"
 */
public record DatabaseSchema(String name, String version, SortedMap<String, TableSchema> tables) {
  public Optional<TableSchema> table(String table) {
    return tables.get(table).toJavaOptional();
  }
}
