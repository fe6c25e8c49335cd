package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.AtomType;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.Datum;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Data as JSON; where a transaction shall be faulty, one of them may be what a column forbids. */
final class RandomValues {
  private static final List<Long> INTEGERS =
      List.of(0L, 1L, 2L, 3L, 5L, -1L, -7L, 100L, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE);
  private static final List<Double> REALS =
      List.of(0.0, 0.1, 0.2, 1.0, 1.5, -2.25, 1e-7, 1e20, 1.7e308);
  private static final List<String> TEXTS =
      List.of("", "a", "b", "c d", "e\"f", "g\\h", "naïve", "\ud83d\ude00", "\uffee", "x\ny");

  /** Rather few keys, so that some agree. */
  private static final int KEYS = 3;

  private final Random random;
  private final RandomNames names;
  private boolean mayFault;

  RandomValues(Random random, RandomNames names, boolean mayFault) {
    this.random = random;
    this.names = names;
    this.mayFault = mayFault;
  }

  /** Whether the one fault is still to come. */
  boolean mayFault() {
    return mayFault;
  }

  /** Whether it comes now. */
  boolean fault() {
    if (mayFault && random.nextInt(12) == 0) {
      mayFault = false;
      return true;
    }
    return false;
  }

  /** What the type allows; often what the column of the row holds, if one is given. */
  JsonElement datum(ColumnType type, Optional<Datum> held) {
    if (held.isPresent() && random.nextInt(3) == 0) {
      var part = part(type, held.get());
      if (part.isPresent()) {
        return part.get();
      }
    }
    int most = (int) Math.min(type.max(), KEYS);
    int count = type.min() + random.nextInt(most - type.min() + 1);
    if (fault() && type.max() < 10) {
      count = (int) type.max() + 1;
    }
    var keys = new ArrayList<JsonElement>();
    var seen = new HashSet<String>();
    var members = new ArrayList<JsonElement>();
    for (int tries = 0; keys.size() < count && tries < 20; tries++) {
      var key = atom(type.key());
      if (seen.add(key.toString()) || fault()) {
        keys.add(key);
        members.add(type.value().<JsonElement>map(v -> array(key, atom(v))).orElse(key));
      }
    }
    boolean bare = !type.isMap() && members.size() == 1 && random.nextInt(4) != 0;
    return bare ? members.get(0) : wrapped(type.isMap() ? "map" : "set", members);
  }

  /** All or some of what is held, with the type's count. */
  private Optional<JsonElement> part(ColumnType type, Datum held) {
    var members = new ArrayList<JsonElement>();
    for (var key : held.keys()) {
      if (members.size() < type.min() || random.nextInt(3) != 0 && members.size() < type.max()) {
        var json = atom(key);
        var value = held.value(key).map(v -> anotherOr(type, v));
        members.add(value.isPresent() && type.isMap() ? array(json, value.get()) : json);
      }
    }
    return members.size() < type.min()
        ? Optional.empty()
        : Optional.of(wrapped(type.isMap() ? "map" : "set", members));
  }

  private JsonElement anotherOr(ColumnType type, Atom held) {
    return random.nextInt(3) == 0
        ? type.value().map(this::atom).orElseGet(() -> atom(held))
        : atom(held);
  }

  static JsonElement datum(Datum datum) {
    var members = new ArrayList<JsonElement>();
    for (var key : datum.keys()) {
      members.add(
          datum.value(key).<JsonElement>map(v -> array(atom(key), atom(v))).orElse(atom(key)));
    }
    return wrapped(datum instanceof Datum.Pairs ? "map" : "set", members);
  }

  JsonElement atom(BaseType type) {
    if (fault()) {
      return wrong(type);
    }
    if (type instanceof BaseType.OneOf one) {
      return atom(pick(one.values().toJavaList()));
    } else if (type instanceof BaseType.Integers range) {
      return new JsonPrimitive(integer(range));
    } else if (type instanceof BaseType.Reals range) {
      var fitting = REALS.stream().filter(r -> r >= range.least() && r <= range.most()).toList();
      return new JsonPrimitive(pick(fitting));
    } else if (type instanceof BaseType.Booleans) {
      return new JsonPrimitive(random.nextBoolean());
    } else if (type instanceof BaseType.Strings lengths) {
      return new JsonPrimitive(
          pick(
              TEXTS.stream()
                  .filter(t -> t.codePointCount(0, t.length()) >= lengths.shortest())
                  .filter(t -> t.codePointCount(0, t.length()) <= lengths.longest())
                  .toList()));
    }
    return type.refersTo()
        .map(r -> names.reference(r.table()))
        .orElseGet(() -> array(new JsonPrimitive("uuid"), new JsonPrimitive(names.uuid())));
  }

  private long integer(BaseType.Integers range) {
    if (random.nextInt(3) != 0) {
      long from = Math.max(range.least(), -5);
      long to = Math.min(range.most(), from + 20);
      return from + random.nextLong(to - from + 1);
    }
    return pick(INTEGERS.stream().filter(i -> i >= range.least() && i <= range.most()).toList());
  }

  /** Forbidden by the type, if it forbids anything, or of another type. */
  private JsonElement wrong(BaseType type) {
    if (random.nextBoolean()) {
      if (type instanceof BaseType.OneOf one) {
        return one.type() == AtomType.INTEGER
            ? new JsonPrimitive(77)
            : new JsonPrimitive("mauve \"ish\"");
      } else if (type instanceof BaseType.Integers range && range.most() < Long.MAX_VALUE) {
        return new JsonPrimitive(range.most() + 1);
      } else if (type instanceof BaseType.Integers range && range.least() > Long.MIN_VALUE) {
        return new JsonPrimitive(range.least() - 1);
      } else if (type instanceof BaseType.Reals range && range.most() < 1e300) {
        return new JsonPrimitive(range.most() + 1e-3);
      } else if (type instanceof BaseType.Strings lengths && lengths.longest() < 1000) {
        return new JsonPrimitive("x".repeat((int) lengths.longest() + 1));
      } else if (type instanceof BaseType.Strings lengths && lengths.shortest() > 0) {
        return new JsonPrimitive("");
      }
    }
    return pick(
        List.of(
            new JsonPrimitive(1.5),
            new JsonPrimitive(true),
            new JsonPrimitive("text"),
            array("uuid", "no-uuid"),
            array("set", "a"),
            new JsonArray()));
  }

  static JsonElement atom(Atom atom) {
    if (atom instanceof Atom.Whole whole) {
      return new JsonPrimitive(whole.value());
    } else if (atom instanceof Atom.Real real) {
      // What is nearly nothing ovsdb-server writes, but does not read.
      return new JsonPrimitive(Math.abs(real.value()) < Double.MIN_NORMAL ? 0 : real.value());
    } else if (atom instanceof Atom.Truth truth) {
      return new JsonPrimitive(truth.value());
    } else if (atom instanceof Atom.Id id) {
      return RandomNames.id(id.value());
    }
    return new JsonPrimitive(((Atom.Text) atom).value());
  }

  static JsonArray wrapped(String what, List<JsonElement> members) {
    var inner = new JsonArray();
    members.forEach(inner::add);
    return array(new JsonPrimitive(what), inner);
  }

  static JsonArray array(String... texts) {
    var array = new JsonArray();
    for (var text : texts) {
      array.add(text);
    }
    return array;
  }

  static JsonArray array(JsonElement... elements) {
    var array = new JsonArray();
    for (var element : elements) {
      array.add(element);
    }
    return array;
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
