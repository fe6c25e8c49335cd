package io.heddle.compiler;

import io.heddle.flow.Flow;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Units by their keys, without an object per entry: there are very many, and each of some hundred
 * sessions keeps all that its switch should have. Not thread-safe.
 */
public final class Units implements Iterable<Unit> {
  private static final int SMALLEST = 16;

  /** A power of two of them, at least a third empty; a unit stands at its home or soon after. */
  private Unit[] slots = new Unit[SMALLEST];

  private int size;

  /** Over all flows, where it is worked out and nothing has changed since. */
  private OptionalLong hash = OptionalLong.empty();

  public boolean isEmpty() {
    return size == 0;
  }

  public Optional<Unit> get(UnitKey key) {
    return Optional.ofNullable(slots[slot(key)]);
  }

  /** The unit that it replaces. */
  public Optional<Unit> put(Unit unit) {
    int slot = slot(unit.key());
    var before = slots[slot];
    hash = OptionalLong.empty();
    slots[slot] = unit;
    if (before == null && 3 * ++size > 2 * slots.length) {
      grow(2 * slots.length);
    }
    return Optional.ofNullable(before);
  }

  public Optional<Unit> remove(UnitKey key) {
    int slot = slot(key);
    var before = slots[slot];
    if (before != null) {
      hash = OptionalLong.empty();
      slots[slot] = null;
      size--;
      close(slot);
    }
    return Optional.ofNullable(before);
  }

  /** Makes room for so many at once. */
  public void expect(int units) {
    int length = slots.length;
    while (3 * units > 2 * length) {
      length *= 2;
    }
    if (length > slots.length) {
      grow(length);
    }
  }

  /** A hash over the flows of all units, the same in whatever order they came. */
  public long hash() {
    if (hash.isEmpty()) {
      hash =
          OptionalLong.of(stream().flatMap(u -> u.flows().stream()).mapToLong(Flow::cookie).sum());
    }
    return hash.getAsLong();
  }

  public Stream<Unit> stream() {
    return Arrays.stream(slots).filter(Objects::nonNull);
  }

  @Override
  public Iterator<Unit> iterator() {
    return stream().iterator();
  }

  private int home(UnitKey key) {
    int hash = key.hashCode() * 0x9e37_79b9;
    return (hash ^ hash >>> 16) & slots.length - 1;
  }

  private int next(int slot) {
    return slot + 1 & slots.length - 1;
  }

  /** Where the key's unit is or would be. */
  private int slot(UnitKey key) {
    int slot = home(key);
    while (slots[slot] != null && !slots[slot].key().equals(key)) {
      slot = next(slot);
    }
    return slot;
  }

  /** Moves units back that a freed slot would cut off from their home. */
  private void close(int freed) {
    int mask = slots.length - 1;
    int hole = freed;
    for (int i = next(hole); slots[i] != null; i = next(i)) {
      int home = home(slots[i].key());
      if ((i - home & mask) >= (i - hole & mask)) {
        slots[hole] = slots[i];
        slots[i] = null;
        hole = i;
      }
    }
  }

  private void grow(int length) {
    var before = slots;
    slots = new Unit[length];
    for (var unit : before) {
      if (unit != null) {
        int slot = home(unit.key());
        while (slots[slot] != null) {
          slot = next(slot);
        }
        slots[slot] = unit;
      }
    }
  }
}
