package io.heddle.model.relation;

import com.google.protobuf.ByteString;
import io.heddle.v1.OvsdbAtom;
import io.heddle.v1.OvsdbAtoms;
import io.heddle.v1.OvsdbDatum;
import io.heddle.v1.OvsdbPairs;
import io.vavr.collection.LinkedHashMap;
import io.vavr.collection.Map;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Data as messages of ovsdb.proto and back. Reading throws {@link IllegalArgumentException} where
 * nobody can have written that.
 */
final class DatumMessages {
  private DatumMessages() {}

  static OvsdbDatum write(Datum datum) {
    var message = OvsdbDatum.newBuilder();
    if (datum instanceof Datum.Ids ids) {
      var bytes = ByteBuffer.allocate(ids.ids().size() * UuidBytes.LENGTH);
      for (var id : ids.ids()) {
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
      }
      return message.setIds(ByteString.copyFrom(bytes.flip())).build();
    } else if (datum instanceof Datum.Atoms atoms) {
      var all = OvsdbAtoms.newBuilder();
      atoms.atoms().forEach(atom -> all.addAtoms(write(atom)));
      return message.setAtoms(all).build();
    }
    var pairs = OvsdbPairs.newBuilder();
    ((Datum.Pairs) datum)
        .pairs()
        .forEach((key, value) -> pairs.addKeys(write(key)).addValues(write(value)));
    return message.setPairs(pairs).build();
  }

  static Datum read(OvsdbDatum message) {
    return switch (message.getDatumCase()) {
      case IDS -> ids(message.getIds().asReadOnlyByteBuffer());
      case ATOMS -> atoms(message.getAtoms().getAtomsList());
      case PAIRS -> pairs(message.getPairs());
      case DATUM_NOT_SET -> throw new IllegalArgumentException("a datum of no form");
    };
  }

  private static Datum atoms(List<OvsdbAtom> messages) {
    if (messages.size() == 1) {
      return new Datum.Atoms(TreeSet.of(read(messages.get(0))));
    }
    var atoms = new ArrayList<Atom>(messages.size());
    messages.forEach(message -> atoms.add(read(message)));
    return new Datum.Atoms(TreeSet.ofAll(atoms));
  }

  private static Datum ids(ByteBuffer bytes) {
    if (bytes.remaining() % UuidBytes.LENGTH != 0) {
      throw new IllegalArgumentException("UUIDs of " + bytes.remaining() + " bytes");
    }
    var ids = new ArrayList<UUID>();
    while (bytes.hasRemaining()) {
      ids.add(new UUID(bytes.getLong(), bytes.getLong()));
    }
    return new Datum.Ids(UuidSets.of(ids));
  }

  private static Datum pairs(OvsdbPairs message) {
    if (message.getKeysCount() != message.getValuesCount()) {
      throw new IllegalArgumentException("keys without values");
    }
    var pairs = TreeMap.<Atom, Atom>empty();
    for (int i = 0; i < message.getKeysCount(); i++) {
      pairs = pairs.put(read(message.getKeys(i)), read(message.getValues(i)));
    }
    return new Datum.Pairs(pairs);
  }

  private static OvsdbAtom write(Atom atom) {
    var message = OvsdbAtom.newBuilder();
    if (atom instanceof Atom.Whole whole) {
      message.setInteger(whole.value());
    } else if (atom instanceof Atom.Real real) {
      message.setReal(real.value());
    } else if (atom instanceof Atom.Truth truth) {
      message.setBoolean(truth.value());
    } else if (atom instanceof Atom.Text text) {
      message.setString(text.value());
    } else {
      message.setUuid(UuidBytes.of(((Atom.Id) atom).value()));
    }
    return message.build();
  }

  private static Atom read(OvsdbAtom message) {
    return switch (message.getAtomCase()) {
      case INTEGER -> Atom.of(message.getInteger());
      case REAL -> Atom.of(message.getReal());
      case BOOLEAN -> Atom.of(message.getBoolean());
      case STRING -> Atom.of(message.getString());
      case UUID -> Atom.of(UuidBytes.uuid(message.getUuid()));
      case ATOM_NOT_SET -> throw new IllegalArgumentException("an atom of no type");
    };
  }

  static java.util.Map<String, OvsdbDatum> write(Map<String, Datum> columns) {
    var messages = new java.util.LinkedHashMap<String, OvsdbDatum>();
    columns.forEach((column, datum) -> messages.put(column, write(datum)));
    return messages;
  }

  static Map<String, Datum> read(java.util.Map<String, OvsdbDatum> columns) {
    Map<String, Datum> data = LinkedHashMap.empty();
    for (var column : columns.entrySet()) {
      data = data.put(column.getKey(), read(column.getValue()));
    }
    return data;
  }
}
