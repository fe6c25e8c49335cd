package io.heddle.model.ovn;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.UuidSets;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.util.UUID;

/**
 * What fields hold, as data, and back. Where OVN wants at least one text and there is none, it is
 * the empty text, OVSDB's default (RFC 7047, section 5.2.1); and the other way round.
 */
final class OvnData {
  private static final Datum NO_TEXT = Datum.of(Atom.of(""));

  private OvnData() {}

  static Datum datum(OvnColumn.Own own, Message row) {
    var column = own.column();
    if (column.isMap()) {
      TreeMap<Atom, Atom> pairs = TreeMap.empty();
      for (var element : column.elements(row)) {
        var entry = (MapEntry<?, ?>) element;
        pairs = pairs.put(atom(entry.getKey()), atom(entry.getValue()));
      }
      for (var keyed : own.keyed().entrySet()) {
        if (!keyed.getValue().isDefault(row)) {
          pairs = pairs.put(keyed.getKey(), atom(keyed.getValue().value(row)));
        }
      }
      return pairs.isEmpty() ? Datum.Pairs.EMPTY : new Datum.Pairs(pairs);
    }
    boolean refers = column.references().isPresent();
    if (column.isRepeated()) {
      var elements = column.elements(row);
      if (elements.isEmpty() && column.options().getOvnMin() > 0) {
        return NO_TEXT;
      }
      return refers
          ? new Datum.Ids(
              UuidSets.of(elements.stream().map(e -> UUID.fromString((String) e)).toList()))
          : new Datum.Atoms(TreeSet.ofAll(elements.stream().map(OvnData::atom).toList()));
    }
    if (column.hasPresence() && column.isDefault(row)) {
      return refers ? Datum.Ids.EMPTY : Datum.Atoms.EMPTY;
    }
    var value = column.value(row);
    return Datum.of(refers ? Atom.of(UUID.fromString((String) value)) : atom(value));
  }

  private static Atom atom(Object value) {
    if (value instanceof String text) {
      return Atom.of(text);
    } else if (value instanceof Boolean truth) {
      return Atom.of((boolean) truth);
    } else if (value instanceof Integer number) {
      return Atom.of(Integer.toUnsignedLong(number));
    }
    return Atom.of((long) (Long) value);
  }

  /** Sets are written in the order of their atoms, so that the same set is the same row. */
  static void set(Message.Builder row, OvnColumn.Own own, Datum datum) {
    var column = own.column();
    var field = column.field();
    if (column.isRepeated() && row.getRepeatedFieldCount(field) > 0) {
      row.clearField(field);
    }
    if (!own.keyed().isEmpty()) {
      own.keyed().values().forEach(keyed -> row.clearField(keyed.field()));
    }
    if (datum instanceof Datum.Pairs pairs) {
      for (var pair : pairs.pairs()) {
        var keyed = own.keyed().get(pair._1);
        if (keyed != null) {
          set(row, keyed.field(), pair._2);
          continue;
        }
        var entry = row.newBuilderForField(field);
        var type = field.getMessageType();
        set(entry, type.findFieldByName("key"), pair._1);
        set(entry, type.findFieldByName("value"), pair._2);
        row.addRepeatedField(field, entry.build());
      }
    } else if (column.options().getOvnMin() > 0 && datum.equals(NO_TEXT)) {
      return;
    } else if (column.isRepeated()) {
      datum.keys().forEach(key -> row.addRepeatedField(field, value(field, key)));
    } else {
      datum
          .only()
          .ifPresentOrElse(
              key -> column.write(row, value(field, key)), () -> row.clearField(field));
    }
  }

  private static void set(Message.Builder row, FieldDescriptor field, Atom atom) {
    row.setField(field, value(field, atom));
  }

  private static Object value(FieldDescriptor field, Atom atom) {
    if (atom instanceof Atom.Text text) {
      return text.value();
    } else if (atom instanceof Atom.Truth truth) {
      return truth.value();
    } else if (atom instanceof Atom.Id id) {
      return id.value().toString();
    } else if (atom instanceof Atom.Whole whole) {
      return field.getJavaType() == FieldDescriptor.JavaType.INT
          ? (Object) (int) whole.value()
          : (Object) whole.value();
    }
    throw new IllegalArgumentException(field + " holds no " + atom.type());
  }
}
