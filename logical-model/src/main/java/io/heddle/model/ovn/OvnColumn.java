package io.heddle.model.ovn;

import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.model.relation.ColumnSchema;
import java.util.List;

/** A column of OVN_Northbound, and where what it holds rests here. */
sealed interface OvnColumn {
  ColumnSchema schema();

  /** In a field of the row itself. */
  record Own(Column column, ColumnSchema schema) implements OvnColumn {}

  /**
   * In other rows: the set of those of a kind that refer to the row.
   *
   * @param owners the fields by which they may; where one is not repeated it comes first, and the
   *     repeated one takes what does not fit there
   */
  record Children(Kind kind, List<Column> owners, ColumnSchema schema) implements OvnColumn {}
}
