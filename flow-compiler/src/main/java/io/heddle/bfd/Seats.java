package io.heddle.bfd;

import io.heddle.model.Row;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/** Of the rows that want a session, the oldest have one, so many. For one thread at a time. */
final class Seats {
  private record Age(long created, UUID row) implements Comparable<Age> {
    private static final Comparator<Age> OLDEST =
        Comparator.comparingLong(Age::created).thenComparing(Age::row);

    @Override
    public int compareTo(Age other) {
      return OLDEST.compare(this, other);
    }
  }

  private final int number;
  private final Map<UUID, Age> wanting = new HashMap<>();
  private final NavigableSet<Age> seated = new TreeSet<>();

  /** None is older than any of the seated, and there are none while a seat is free. */
  private final NavigableSet<Age> waiting = new TreeSet<>();

  Seats(int number) {
    this.number = number;
  }

  /**
   * A row wants one from now on.
   *
   * @return the one that gets none because of that, maybe itself
   */
  Optional<UUID> want(Row row) {
    var age = new Age(row.created(), row.uuid());
    if (wanting.putIfAbsent(row.uuid(), age) != null) {
      return Optional.empty();
    }
    seated.add(age);
    if (seated.size() <= number) {
      return Optional.empty();
    }
    var last = seated.pollLast();
    waiting.add(last);
    return Optional.of(last.row());
  }

  /**
   * A row wants none any more.
   *
   * @return the one that gets its seat
   */
  Optional<UUID> leave(UUID row) {
    var age = wanting.remove(row);
    if (age == null || waiting.remove(age)) {
      return Optional.empty();
    }
    seated.remove(age);
    var next = Optional.ofNullable(waiting.pollFirst());
    next.ifPresent(seated::add);
    return next.map(Age::row);
  }

  boolean wants(UUID row) {
    return wanting.containsKey(row);
  }

  boolean has(UUID row) {
    return wants(row) && seated.contains(wanting.get(row));
  }

  /** How many want one and have none. */
  int waiting() {
    return waiting.size();
  }
}
