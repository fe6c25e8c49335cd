package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.common.collect.Iterables;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scripts of requests get the same messages from this server as from ovsdb-server, but for UUIDs
 * and for the order in what has none. A line of a script is a client, a method and its parameters;
 * after it, all clients are asked what else they were told. A client with a question mark does not
 * wait for the answer.
 */
class ScriptTest {
  private static final Path SCRIPTS = Path.of("src/test/resources/ovsdb");
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern MILLISECONDS = Pattern.compile("after \\d+ ms");
  private static final Pattern LINE = Pattern.compile("([a-z]+)(\\??) ([a-z_]+) (.*)");

  @TempDir Path folder;

  static List<Path> scripts() throws IOException {
    try (var files = Files.list(SCRIPTS)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void clientsAreToldTheSame(Path script) throws Exception {
    var lines =
        Files.readAllLines(script).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    assertFalse(lines.isEmpty());
    try (var reference = new ReferenceServer(folder);
        var door = Doors.open(0, OvsdbLimits.DEFAULT)) {
      assertEquals(
          String.join("\n", told(reference.port(), lines)),
          String.join("\n", told(door.address().getPort(), lines)));
    }
  }

  private static List<String> told(int port, List<String> lines) throws IOException {
    Map<String, List<String>> told = new TreeMap<>();
    Map<String, Peer> peers = new TreeMap<>();
    for (var line : lines) {
      var parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new IOException("not a line of a script: " + line);
      }
      var name = parts.group(1);
      if (!peers.containsKey(name)) {
        peers.put(name, new Peer(port));
      }
      told.computeIfAbsent(name, n -> new ArrayList<>()).add("> " + line);
      var peer = peers.get(name);
      int id = peer.send(parts.group(3), parts.group(4));
      if (parts.group(2).isEmpty()) {
        peer.readTo(id).forEach(message -> told.get(name).add(masked(message)));
      }
      // Twice, for what one client causes may reach another just after the answer to the first.
      for (var other : Iterables.concat(peers.entrySet(), peers.entrySet())) {
        var messages = other.getValue().readTo(other.getValue().send("echo", "[]"));
        messages
            .subList(0, messages.size() - 1)
            .forEach(message -> told.get(other.getKey()).add(masked(message)));
      }
    }
    for (var peer : peers.values()) {
      peer.close();
    }
    return told.values().stream().flatMap(List::stream).toList();
  }

  private static String masked(JsonObject message) {
    if (message.has("error") && !message.get("error").isJsonNull()) {
      // The RFC has it, newer ovsdb-servers have it, 3.1 leaves it out.
      message.remove("result");
    }
    var text = UUID.matcher(Json.sorted(rows(message))).replaceAll("<uuid>");
    var json = JsonParser.parseString(text);
    return MILLISECONDS.matcher(Json.sorted(ordered(json))).replaceAll("after some ms");
  }

  /** Members that UUIDs name become elements, for they will have one name. */
  private static JsonElement rows(JsonElement json) {
    if (json instanceof JsonArray array) {
      var elements = new JsonArray();
      array.forEach(element -> elements.add(rows(element)));
      return elements;
    } else if (json instanceof JsonObject object) {
      var members = new JsonObject();
      var elements = new JsonArray();
      object
          .entrySet()
          .forEach(
              e -> {
                if (UUID.matcher(e.getKey()).matches()) {
                  elements.add(rows(e.getValue()));
                } else {
                  members.add(e.getKey(), rows(e.getValue()));
                }
              });
      return elements.isEmpty() ? members : elements;
    }
    return json;
  }

  /**
   * Sets, maps and rows have no order; where an array has one, changing it on both sides is fair.
   */
  private static JsonElement ordered(JsonElement json) {
    if (json instanceof JsonArray array) {
      var elements = new ArrayList<JsonElement>();
      array.forEach(element -> elements.add(ordered(element)));
      if (elements.stream().allMatch(JsonElement::isJsonArray)
          || elements.stream().allMatch(Json::isString)
          || elements.stream().allMatch(ScriptTest::isRow)) {
        elements.sort(Comparator.comparing(Json::sorted));
      }
      var sorted = new JsonArray();
      elements.forEach(sorted::add);
      return sorted;
    } else if (json instanceof JsonObject object) {
      var sorted = new JsonObject();
      object.entrySet().forEach(e -> sorted.add(e.getKey(), ordered(e.getValue())));
      return sorted;
    }
    return json;
  }

  private static boolean isRow(JsonElement json) {
    return json instanceof JsonObject object
        && !object.has("error")
        && !object.has("count")
        && !object.has("rows")
        && !object.has("uuid")
        && object.size() > 0;
  }
}
