package io.heddle.model;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.heddle.v1.Format;
import io.heddle.v1.Put;
import io.heddle.v1.RowRef;
import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells doors that refuse what cannot be carried out which match expressions nobody can read. Who
 * can read them says so once it runs; before, none is at fault, and what is wrong becomes a
 * problem.
 */
public final class MatchLanguage {
  /** Somebody who reads match expressions. */
  @FunctionalInterface
  public interface Reader {
    /** Why it cannot read the text, in one line, or nothing. */
    Optional<String> fault(String text);
  }

  private volatile Reader reader = text -> Optional.empty();

  public void readBy(Reader now) {
    reader = now;
  }

  /**
   * What is wrong with the expressions that a transaction writes, but for those that stand in the
   * snapshot's rows already.
   */
  public List<Violation> faults(Transaction transaction, Snapshot snapshot) {
    var faults = new ArrayList<Violation>();
    for (int i = 0; i < transaction.getOperationsCount(); i++) {
      if (transaction.getOperations(i).hasPut()) {
        look(i, transaction.getOperations(i).getPut(), snapshot, faults);
      }
    }
    return faults;
  }

  private void look(int operation, Put put, Snapshot snapshot, List<Violation> faults) {
    var kind = Schema.rows().kind(put.getRow());
    var columns =
        kind.stream()
            .flatMap(k -> k.columns().stream())
            .filter(column -> column.format() == Format.MATCH)
            .filter(column -> isWritten(column, put))
            .toList();
    if (columns.isEmpty()) {
      return;
    }
    try {
      var row = kind.get().parse(put.getRow());
      var name = kind.get().nameOf(row).orElse("");
      var ref = RowRef.newBuilder().setUuid(put.getUuid()).setName(name).build();
      var old = Draft.find(snapshot, kind.get(), ref).map(Row::value);
      for (var column : columns) {
        var label = kind.get() + (name.isEmpty() ? "" : " " + name);
        fault(column, row, old)
            .ifPresent(why -> faults.add(new Violation(operation, label, column.name(), why)));
      }
    } catch (InvalidProtocolBufferException e) {
      // The store says what it thinks of that.
      return;
    }
  }

  private static boolean isWritten(Column column, Put put) {
    return !put.hasUpdateMask() || put.getUpdateMask().getPathsList().contains(column.name());
  }

  private Optional<String> fault(Column column, Message row, Optional<Message> old) {
    var text = column.text(row);
    return text.isEmpty() || old.filter(o -> column.same(o, row)).isPresent()
        ? Optional.empty()
        : reader.fault(text);
  }
}
