package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.TreeSet;

/** JSON (RFC 8259) as OVSDB reads and writes it. */
final class Json {
  /** 2 to the power of 63, the first number that is too large for an integer. */
  private static final double BEYOND_INTEGERS = 0x1p63;

  private final int values;
  private int left;

  private Json(int values) {
    this.values = values;
    this.left = values;
  }

  /**
   * One value. Numbers without a fraction become longs where they fit, all others doubles.
   *
   * @throws IOException where it is no JSON, nests deeper than {@link OvsdbLimits#jsonDepth} or has
   *     more values than {@link OvsdbLimits#jsonValues}
   */
  static JsonElement read(Reader from, OvsdbLimits limits) throws IOException {
    var reader = new JsonReader(from);
    reader.setStrictness(Strictness.STRICT);
    reader.setNestingLimit(limits.jsonDepth());
    var value = new Json(limits.jsonValues()).value(reader);
    if (reader.peek() != JsonToken.END_DOCUMENT) {
      throw new IOException("more than one JSON value");
    }
    return value;
  }

  private JsonElement value(JsonReader reader) throws IOException {
    if (--left < 0) {
      throw new IOException("more than the limit jsonValues of " + values);
    }
    return switch (reader.peek()) {
      case BEGIN_ARRAY -> array(reader);
      case BEGIN_OBJECT -> object(reader);
      case STRING -> new JsonPrimitive(text(reader.nextString()));
      case NUMBER -> number(reader.nextString());
      case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
      case NULL -> {
        reader.nextNull();
        yield JsonNull.INSTANCE;
      }
      default -> throw new IOException("no JSON value at " + reader.getPath());
    };
  }

  private JsonArray array(JsonReader reader) throws IOException {
    var array = new JsonArray();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(value(reader));
    }
    reader.endArray();
    return array;
  }

  /** The last of several members with the same name counts. */
  private JsonObject object(JsonReader reader) throws IOException {
    var object = new JsonObject();
    reader.beginObject();
    while (reader.hasNext()) {
      object.add(text(reader.nextName()), value(reader));
    }
    reader.endObject();
    return object;
  }

  /** Half a surrogate pair, which only an escape can be, is no text that others could be told. */
  private static String text(String read) throws IOException {
    for (int i = 0; i < read.length(); i++) {
      if (Character.isSurrogate(read.charAt(i))) {
        if (!Character.isSurrogatePair(
            read.charAt(i), i + 1 < read.length() ? read.charAt(i + 1) : 0)) {
          throw new IOException("half a surrogate pair in a string");
        }
        i++;
      }
    }
    return read;
  }

  private static JsonPrimitive number(String text) throws IOException {
    try {
      return new JsonPrimitive(Long.parseLong(text));
    } catch (NumberFormatException notSimplyAnInteger) {
      double real = Double.parseDouble(text);
      if (Double.isInfinite(real)) {
        throw new IOException("number out of range: " + text);
      }
      boolean integer = real == Math.rint(real) && Math.abs(real) < BEYOND_INTEGERS;
      return integer ? new JsonPrimitive((long) real) : new JsonPrimitive(real);
    }
  }

  /** The shortest text, members in the order they have. */
  static String text(JsonElement value) {
    var text = new StringWriter();
    write(value, text, false);
    return text.toString();
  }

  /** The shortest text, members sorted by name: equal values have equal texts. */
  static String sorted(JsonElement value) {
    var text = new StringWriter();
    write(value, text, true);
    return text.toString();
  }

  private static void write(JsonElement value, Writer to, boolean sort) {
    try {
      var writer = writer(to);
      write(value, writer, sort);
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A writer of one or more values, one after the other. */
  static JsonWriter writer(Writer to) {
    var writer = new JsonWriter(to);
    writer.setHtmlSafe(false);
    writer.setSerializeNulls(true);
    // Several top-level values in one stream.
    writer.setStrictness(Strictness.LENIENT);
    return writer;
  }

  static void write(JsonElement value, JsonWriter to, boolean sort) throws IOException {
    if (value instanceof JsonArray array) {
      to.beginArray();
      for (var element : array) {
        write(element, to, sort);
      }
      to.endArray();
    } else if (value instanceof JsonObject object) {
      to.beginObject();
      for (var name : sort ? new TreeSet<>(object.keySet()) : object.keySet()) {
        to.name(name);
        write(object.get(name), to, sort);
      }
      to.endObject();
    } else if (value instanceof JsonPrimitive primitive) {
      write(primitive, to);
    } else {
      to.nullValue();
    }
  }

  private static void write(JsonPrimitive value, JsonWriter to) throws IOException {
    if (value.isString()) {
      to.value(value.getAsString());
    } else if (value.isBoolean()) {
      to.value(value.getAsBoolean());
    } else {
      to.value(value.getAsNumber());
    }
  }

  static boolean isString(JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isString();
  }

  static boolean isBoolean(JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isBoolean();
  }
}
