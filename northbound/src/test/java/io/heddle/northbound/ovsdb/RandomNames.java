package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.Tables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Rows that a transaction may speak of: those that are there, and those it inserts. */
final class RandomNames {
  /** UUIDs that clients wish for come again and again, so that some are taken. */
  private static final int WISHES = 200;

  private final Random random;
  private final Tables rows;
  private final Map<String, List<String>> names = new HashMap<>();
  private int count;

  RandomNames(Random random, Tables rows) {
    this.random = random;
    this.rows = rows;
  }

  /** For a row to be inserted. */
  String name(String table) {
    var name = "row" + count++;
    names.computeIfAbsent(table, t -> new ArrayList<>()).add(name);
    return name;
  }

  /** For a row to be inserted: sometimes one that another row has. */
  String uuid() {
    return new UUID(0, 0x5eed0000L + random.nextInt(WISHES)).toString();
  }

  static JsonArray named(String name) {
    return RandomValues.array("named-uuid", name);
  }

  static JsonArray id(UUID uuid) {
    return RandomValues.array("uuid", uuid.toString());
  }

  Optional<OvsdbRow> row(String table) {
    long all = rows.count(table);
    if (all == 0) {
      return Optional.empty();
    }
    int skip = random.nextInt((int) all);
    for (var row : rows.rows(table)) {
      if (skip-- == 0) {
        return Optional.of(row);
      }
    }
    throw new AssertionError();
  }

  /** To a row that is there, that will be, or seldom to one that never was. */
  JsonElement reference(String table) {
    var inserted = names.getOrDefault(table, List.of());
    int dice = random.nextInt(100);
    if (dice < 2) {
      return id(new UUID(0, 0xdead0000L + random.nextInt(3)));
    }
    if (dice < 40 && !inserted.isEmpty()) {
      return named(inserted.get(random.nextInt(inserted.size())));
    }
    return row(table).map(row -> id(row.uuid())).orElseGet(() -> id(new UUID(0, 0)));
  }
}
