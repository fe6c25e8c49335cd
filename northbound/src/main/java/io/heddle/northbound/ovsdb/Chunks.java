package io.heddle.northbound.ovsdb;

import com.google.gson.JsonElement;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A JSON text in pieces of bounded size, each made when it is asked for, so that a database of any
 * size can be sent to any number of clients, each at its own pace.
 */
final class Chunks implements Iterator<byte[]> {
  /** A piece ends after the part that makes it longer than this, in characters. */
  private static final int SIZE = 32 << 10;

  /** Writes the next part of the text, which alone need not be a JSON value. */
  @FunctionalInterface
  interface Part {
    void write(JsonWriter to) throws IOException;
  }

  private final Iterator<Part> parts;
  private final StringWriter text = new StringWriter();
  private final JsonWriter writer = Json.writer(text);

  Chunks(Iterator<Part> parts) {
    this.parts = parts;
  }

  static Iterator<byte[]> of(Part whole) {
    return new Chunks(List.of(whole).iterator());
  }

  static Iterator<byte[]> of(JsonElement value) {
    return of(to -> Json.write(value, to, false));
  }

  static Iterator<byte[]> text(String text) {
    return List.of(text.getBytes(StandardCharsets.UTF_8)).iterator();
  }

  static List<byte[]> all(Iterator<byte[]> chunks) {
    var all = new ArrayList<byte[]>();
    chunks.forEachRemaining(all::add);
    return all;
  }

  @Override
  public boolean hasNext() {
    return parts.hasNext();
  }

  @Override
  public byte[] next() {
    if (!parts.hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      while (parts.hasNext() && text.getBuffer().length() < SIZE) {
        parts.next().write(writer);
      }
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var chunk = text.toString().getBytes(StandardCharsets.UTF_8);
    text.getBuffer().setLength(0);
    return chunk;
  }
}
