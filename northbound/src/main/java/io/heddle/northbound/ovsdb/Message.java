package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Set;

/** A message of JSON-RPC 1.0 as RFC 7047, section 4, has it. */
sealed interface Message {
  Set<String> MEMBERS = Set.of("method", "params", "result", "error", "id");

  /** Wants an answer with the same id. */
  record Request(String method, JsonArray params, JsonElement id) implements Message {}

  record Notification(String method, JsonArray params) implements Message {}

  /** What the other side answers to our echo. */
  record Reply(JsonElement id) implements Message {}

  /** It is no message, so nothing that follows can be trusted. */
  final class MalformedException extends Exception {
    MalformedException(String why) {
      super(why);
    }
  }

  /** Members that are null count as absent. */
  static Message of(JsonElement json) throws MalformedException {
    if (!(json instanceof JsonObject object)) {
      throw new MalformedException("message is not a JSON object");
    }
    for (var name : object.keySet()) {
      require(MEMBERS.contains(name), "message has unexpected member \"" + name + "\"");
    }
    var method = member(object, "method");
    var params = member(object, "params");
    var id = member(object, "id");
    boolean answer = has(member(object, "result")) || has(member(object, "error"));
    require(!has(method) || Json.isString(method), "method is not a JSON string");
    require(!has(params) || params.isJsonArray(), "\"params\" must be JSON array");
    if (answer) {
      require(!has(method) && !has(params) && has(id), "an answer must have \"id\" alone");
      require(!has(member(object, "result")) || !has(member(object, "error")), "two answers");
      return new Reply(id);
    }
    require(has(method) && has(params), "message must have \"method\" and \"params\"");
    return has(id)
        ? new Request(method.getAsString(), params.getAsJsonArray(), id)
        : new Notification(method.getAsString(), params.getAsJsonArray());
  }

  private static JsonElement member(JsonObject object, String name) {
    return object.has(name) ? object.get(name) : JsonNull.INSTANCE;
  }

  private static boolean has(JsonElement member) {
    return !member.isJsonNull();
  }

  private static void require(boolean condition, String otherwise) throws MalformedException {
    if (!condition) {
      throw new MalformedException(otherwise);
    }
  }

  static JsonObject reply(JsonElement id, JsonElement result) {
    return answer(id, result, JsonNull.INSTANCE);
  }

  static JsonObject error(JsonElement id, JsonElement error) {
    return answer(id, JsonNull.INSTANCE, error);
  }

  private static JsonObject answer(JsonElement id, JsonElement result, JsonElement error) {
    var message = new JsonObject();
    message.add("id", id);
    message.add("result", result);
    message.add("error", error);
    return message;
  }

  static JsonObject request(String method, JsonArray params, JsonElement id) {
    var message = new JsonObject();
    message.add("id", id);
    message.addProperty("method", method);
    message.add("params", params);
    return message;
  }

  static JsonObject notification(String method, JsonArray params) {
    return request(method, params, JsonNull.INSTANCE);
  }
}
