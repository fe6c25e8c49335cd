package io.heddle.bfd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.model.Edit;
import io.heddle.model.MemoryStore;
import io.heddle.model.Row;
import io.heddle.v1.Chassis;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeatsTest {
  private static final int SEATS = 4;

  /** Any rows do, each older than the next. */
  private final List<Row> rows = rows();

  private static List<Row> rows() {
    var store = new MemoryStore();
    IntStream.range(0, 12)
        .mapToObj(i -> Chassis.newBuilder().setName("hv" + i).build())
        .forEach(row -> store.commit(Edit.observation(Edit.put(row))).join());
    return store.snapshot().rows(Chassis.class).values().stream()
        .sorted(Comparator.comparingLong(Row::created))
        .toList();
  }

  @Test
  void theOldestHaveThemAndWhoIsConcernedIsTold() {
    var random = new Random(1);
    var seats = new Seats(SEATS);
    var wanting = new HashSet<UUID>();
    Set<UUID> seated = Set.of();
    for (int step = 0; step < 2_000; step++) {
      var row = rows.get(random.nextInt(rows.size()));
      boolean wants = random.nextBoolean();
      var told = wants ? seats.want(row) : seats.leave(row.uuid());
      if (wants) {
        wanting.add(row.uuid());
      } else {
        wanting.remove(row.uuid());
      }
      var expected = rows.stream().map(Row::uuid).filter(wanting::contains).limit(SEATS).toList();
      var has = rows.stream().map(Row::uuid).filter(seats::has).collect(Collectors.toSet());
      assertEquals(Set.copyOf(expected), has);
      assertEquals(wanting.size() - has.size(), seats.waiting());
      var others = difference(seated, has);
      others.remove(row.uuid());
      told.filter(uuid -> !uuid.equals(row.uuid())).ifPresent(others::remove);
      assertEquals(Set.of(), others);
      seated = has;
    }
  }

  private static Set<UUID> difference(Set<UUID> one, Set<UUID> other) {
    var all = new HashSet<>(one);
    all.addAll(other);
    all.removeIf(uuid -> one.contains(uuid) && other.contains(uuid));
    return all;
  }
}
