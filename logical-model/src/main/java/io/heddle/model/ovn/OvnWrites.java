package io.heddle.model.ovn;

import com.google.protobuf.Message;
import io.heddle.model.Column;
import io.heddle.model.Edition;
import io.heddle.model.Kind;
import io.heddle.model.Owners;
import io.heddle.model.Snapshot;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.RowChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Changes of OVN's rows as changes of Heddle's: what OVN keeps as a set in a parent is written into
 * the children that came or went, so it costs what changed, not what the set holds.
 */
public final class OvnWrites {
  /** A row as it is to be, or that it is to go. */
  public record Write(Kind kind, UUID uuid, Optional<Message.Builder> row) {}

  private record Id(Kind kind, UUID uuid) {}

  private record Move(OvnColumn.Children column, UUID parent, UUID child) {}

  private final Snapshot before;
  private final int edition;
  private final Map<Id, Optional<Message.Builder>> rows = new LinkedHashMap<>();
  private final List<Move> left = new ArrayList<>();
  private final List<Move> entered = new ArrayList<>();

  private OvnWrites(Snapshot before) {
    this.before = before;
    this.edition = Edition.of(before);
  }

  /** What to write where the changes of a transaction on the snapshot are to hold. */
  public static List<Write> of(Snapshot before, List<RowChange> changes) {
    var writes = new OvnWrites(before);
    changes.forEach(writes::take);
    writes.left.forEach(writes::leave);
    writes.entered.forEach(writes::enter);
    var all = new ArrayList<Write>(writes.rows.size());
    writes.rows.forEach(
        (id, row) -> {
          row.ifPresent(Owners::settle);
          all.add(new Write(id.kind(), id.uuid(), row));
        });
    return all;
  }

  private void take(RowChange change) {
    var table = OvnSchema.table(change.table());
    var id = new Id(table.kind(), change.uuid());
    if (change.after().isEmpty()) {
      rows.put(id, Optional.empty());
      table.children().forEach(c -> moves(left, c, id, keys(change.before().orElseThrow(), c)));
    } else if (change.before().isEmpty()) {
      var row = table.kind().begin(edition);
      var after = change.after().get();
      table.own().forEach(own -> write(row, own, after));
      rows.put(id, Optional.of(row));
      table.children().forEach(c -> moves(entered, c, id, keys(after, c)));
    } else {
      for (var column : change.columns()) {
        if (table.column(column.column()) instanceof OvnColumn.Children children) {
          moves(left, children, id, column.removed());
          moves(entered, children, id, column.added());
        } else {
          var own = (OvnColumn.Own) table.column(column.column());
          OvnData.set(row(id).orElseThrow(), own, column.after());
        }
      }
    }
  }

  private static void write(Message.Builder row, OvnColumn.Own own, OvsdbRow from) {
    var datum = from.get(own.schema());
    if (!datum.isEmpty()) {
      OvnData.set(row, own, datum);
    }
  }

  private static List<Atom> keys(OvsdbRow row, OvnColumn.Children column) {
    return row.get(column.schema()).keys();
  }

  private static void moves(
      List<Move> into, OvnColumn.Children column, Id parent, Collection<Atom> children) {
    children.forEach(c -> into.add(new Move(column, parent.uuid(), ((Atom.Id) c).value())));
  }

  /** The row at work; empty where it goes or is not there. */
  private Optional<Message.Builder> row(Id id) {
    return rows.computeIfAbsent(
        id, i -> before.row(i.kind(), i.uuid()).map(row -> i.kind().edit(row.value())));
  }

  private Optional<Message.Builder> child(Move move) {
    return row(new Id(move.column().kind(), move.child()));
  }

  private void leave(Move move) {
    child(move)
        .ifPresent(
            child ->
                move.column().owners().forEach(o -> leave(child, o, move.parent().toString())));
  }

  private static void leave(Message.Builder child, Column owner, String parent) {
    var texts = texts(child, owner);
    if (texts.contains(parent)) {
      texts.remove(parent);
      set(child, owner, texts);
    }
  }

  private void enter(Move move) {
    child(move).ifPresent(child -> enter(child, move.column().owners(), move.parent().toString()));
  }

  private static void enter(Message.Builder child, List<Column> owners, String parent) {
    for (var owner : owners) {
      var texts = texts(child, owner);
      if (owner.isRepeated() || texts.isEmpty()) {
        texts.add(parent);
        set(child, owner, texts);
        return;
      }
      if (texts.contains(parent)) {
        return;
      }
    }
  }

  private static TreeSet<String> texts(Message.Builder row, Column column) {
    return new TreeSet<>(column.texts(row));
  }

  private static void set(Message.Builder row, Column column, TreeSet<String> texts) {
    if (column.isRepeated()) {
      column.write(row, List.copyOf(texts));
    } else if (texts.isEmpty()) {
      row.clearField(column.field());
    } else {
      column.write(row, texts.first());
    }
  }
}
