package io.heddle.model.relation;

import io.vavr.collection.SortedMap;
import io.vavr.collection.SortedSet;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What one column of one row holds (RFC 7047 section 5.1, {@code <value>}): keys without order and
 * without duplicates, with values in a map. A scalar is one key. All are persistent: one key more
 * or less costs O(log n) and leaves the old datum as it was.
 *
 * <p>Which form a datum has follows from the {@link ColumnType}: {@link Pairs} for maps, {@link
 * Ids} for keys that are UUIDs, else {@link Atoms}. So data of one column are equal where they hold
 * the same.
 */
public sealed interface Datum {
  /**
   * Keys that are UUIDs, in a set of UUIDs such as an index has, so that the 10,000 ports of a
   * switch need not be copied.
   */
  record Ids(Set<UUID> ids) implements Datum {
    public static final Ids EMPTY = new Ids(Set.of());

    Ids with(Ids others) {
      var all = ids;
      for (var other : others.ids) {
        all = UuidSets.with(all, other);
      }
      return new Ids(UuidSets.built(all));
    }

    Ids without(Ids others) {
      var rest = ids;
      for (var other : others.ids) {
        rest = UuidSets.without(rest, other);
      }
      return new Ids(UuidSets.built(rest));
    }
  }

  record Atoms(SortedSet<Atom> atoms) implements Datum {
    public static final Atoms EMPTY = new Atoms(TreeSet.empty());
  }

  record Pairs(SortedMap<Atom, Atom> pairs) implements Datum {
    public static final Pairs EMPTY = new Pairs(TreeMap.empty());

    static Pairs of(Atom key, Atom value) {
      return new Pairs(TreeMap.of(key, value));
    }
  }

  /** One key without a value. */
  static Datum of(Atom atom) {
    return atom instanceof Atom.Id id ? new Ids(Set.of(id.value())) : new Atoms(TreeSet.of(atom));
  }

  default int size() {
    if (this instanceof Ids ids) {
      return ids.ids.size();
    } else if (this instanceof Atoms atoms) {
      return atoms.atoms.size();
    }
    return ((Pairs) this).pairs.size();
  }

  default boolean isEmpty() {
    return size() == 0;
  }

  default boolean containsKey(Atom key) {
    if (this instanceof Ids ids) {
      return key instanceof Atom.Id id && ids.ids.contains(id.value());
    } else if (this instanceof Atoms atoms) {
      return atoms.atoms.contains(key);
    }
    return ((Pairs) this).pairs.containsKey(key);
  }

  /** The value of that key; empty where there is no such key, and in what is not a map. */
  default Optional<Atom> value(Atom key) {
    return this instanceof Pairs pairs ? pairs.pairs.get(key).toJavaOptional() : Optional.empty();
  }

  /** In ascending order. */
  default List<Atom> keys() {
    if (this instanceof Ids ids) {
      return keys(ids.ids);
    } else if (this instanceof Atoms atoms) {
      return atoms.size() == 1 ? List.of(atoms.atoms.head()) : atoms.atoms.toJavaList();
    }
    return ((Pairs) this).pairs.keySet().toJavaList();
  }

  private static List<Atom> keys(Set<UUID> ids) {
    if (ids.isEmpty()) {
      return List.of();
    } else if (ids.size() == 1) {
      return List.of(Atom.of(ids.iterator().next()));
    }
    var keys = new ArrayList<Atom>(ids.size());
    ids.forEach(id -> keys.add(Atom.of(id)));
    Collections.sort(keys);
    return keys;
  }

  /** The one key of a scalar, or of an optional scalar that has one. */
  default Optional<Atom> only() {
    return size() == 1 ? Optional.of(keys().get(0)) : Optional.empty();
  }

  /** With that key too, which must be of the right type; not for maps. */
  default Datum with(Atom key) {
    if (this instanceof Ids ids) {
      return ids.with(new Ids(Set.of(((Atom.Id) key).value())));
    }
    return new Atoms(((Atoms) this).atoms.add(key));
  }

  /** With that pair, whatever value the key had; for maps only. */
  default Datum with(Atom key, Atom value) {
    return new Pairs(((Pairs) this).pairs.put(key, value));
  }

  default Datum without(Atom key) {
    if (this instanceof Ids ids) {
      return ids.without(new Ids(Set.of(((Atom.Id) key).value())));
    } else if (this instanceof Atoms atoms) {
      return new Atoms(atoms.atoms.remove(key));
    }
    return new Pairs(((Pairs) this).pairs.remove(key));
  }

  /** Whether {@code other} has the key too, with the same value in a map. */
  default boolean agrees(Datum other, Atom key) {
    return other.containsKey(key) && other.value(key).equals(value(key));
  }
}
