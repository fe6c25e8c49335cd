package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What one server serves.
 *
 * @param serverId drawn when it starts
 */
record Databases(UUID serverId, List<Database> all) {
  Optional<Database> named(String name) {
    return all.stream().filter(database -> database.schema().name().equals(name)).findFirst();
  }

  JsonArray names() {
    var names = new JsonArray();
    all.forEach(database -> names.add(database.schema().name()));
    return names;
  }
}
