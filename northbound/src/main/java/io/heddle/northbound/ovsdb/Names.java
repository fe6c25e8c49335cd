package io.heddle.northbound.ovsdb;

import com.google.gson.JsonElement;
import io.heddle.model.relation.OvsdbError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** What the names of new rows in one transaction stand for (RFC 7047, section 5.1, named-uuid). */
final class Names {
  private final Supplier<UUID> draw;
  private final Map<String, UUID> uuids = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  /**
   * @param draw a UUID that nobody else has
   */
  Names(Supplier<UUID> draw) {
    this.draw = draw;
  }

  UUID draw() {
    return draw.get();
  }

  /** Names may be used before the row that has it is inserted. */
  UUID uuid(String name) {
    return uuids.computeIfAbsent(name, n -> draw.get());
  }

  /** A row gets this name. */
  UUID give(JsonElement name) throws FaultException {
    if (!given.add(name.getAsString())) {
      throw FaultException.at(
          name,
          OvsdbError.DUPLICATE_UUID_NAME,
          "This \"uuid-name\" appeared on an earlier \"insert\" operation.");
    }
    return uuid(name.getAsString());
  }

  /** A row with a UUID of its own gets this name. */
  void give(JsonElement name, UUID uuid) throws FaultException {
    give(name);
    uuids.put(name.getAsString(), uuid);
  }
}
