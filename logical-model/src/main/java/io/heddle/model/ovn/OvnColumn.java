package io.heddle.model.ovn;

import com.google.protobuf.Message;
import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.ColumnSchema;
import java.util.List;
import java.util.Map;

/** A column of OVN_Northbound, and where what it holds rests here. */
sealed interface OvnColumn {
  ColumnSchema schema();

  /**
   * In a field of the row itself.
   *
   * @param keyed further fields that the column, a map, holds as well, by their keys there
   */
  record Own(Column column, Map<Atom, Column> keyed, ColumnSchema schema) implements OvnColumn {
    /** Whether two rows have the same in the column. */
    boolean same(Message one, Message other) {
      return column.same(one, other) && keyed.values().stream().allMatch(c -> c.same(one, other));
    }
  }

  /**
   * In other rows: the set of those of a kind that refer to the row.
   *
   * @param owners the fields by which they may; where one is not repeated it comes first, and the
   *     repeated one takes what does not fit there
   */
  record Children(Kind kind, List<Column> owners, ColumnSchema schema) implements OvnColumn {}
}
