package io.heddle.northbound.ovsdb;

import com.google.gson.stream.JsonWriter;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.RowChange.ColumnChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.UUID;

/** Data as JSON (RFC 7047, section 5.1, {@code <value>}). */
final class DatumWriter {
  private final JsonWriter to;

  DatumWriter(JsonWriter to) {
    this.to = to;
  }

  void write(Datum datum) throws IOException {
    if (datum instanceof Datum.Pairs map) {
      begin("map");
      for (var pair : map.pairs()) {
        pair(pair._1, pair._2);
      }
      end();
    } else {
      set(datum.keys());
    }
  }

  /**
   * What update2 and update3 say of a column that changed: of one that can hold more than one key,
   * the keys that came or went or have another value; of all others what they hold now.
   */
  void difference(ColumnType type, ColumnChange change) throws IOException {
    if (type.max() == 1) {
      write(change.after());
    } else if (change.after() instanceof Datum.Pairs) {
      begin("map");
      for (var key : change.added()) {
        pair(key, change.after().value(key).orElseThrow());
      }
      for (var key : change.removed()) {
        if (!change.added().contains(key)) {
          pair(key, change.before().value(key).orElseThrow());
        }
      }
      end();
    } else {
      var keys = new ArrayList<>(change.added());
      keys.addAll(change.removed());
      set(keys);
    }
  }

  private void set(Collection<Atom> keys) throws IOException {
    if (keys.size() == 1) {
      atom(keys.iterator().next());
    } else {
      begin("set");
      for (var key : keys) {
        atom(key);
      }
      end();
    }
  }

  private void pair(Atom key, Atom value) throws IOException {
    to.beginArray();
    atom(key);
    atom(value);
    to.endArray();
  }

  private void begin(String what) throws IOException {
    to.beginArray().value(what).beginArray();
  }

  private void end() throws IOException {
    to.endArray().endArray();
  }

  private void atom(Atom atom) throws IOException {
    if (atom instanceof Atom.Whole whole) {
      to.value(whole.value());
    } else if (atom instanceof Atom.Real real) {
      to.jsonValue(real.text());
    } else if (atom instanceof Atom.Truth truth) {
      to.value(truth.value());
    } else if (atom instanceof Atom.Text text) {
      to.value(text.value());
    } else if (atom instanceof Atom.Id id) {
      uuid(id.value());
    }
  }

  void uuid(UUID uuid) throws IOException {
    to.beginArray().value("uuid").value(uuid.toString()).endArray();
  }
}
