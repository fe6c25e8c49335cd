package io.heddle.northbound.ovsdb;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that speaks JSON over a plain socket. */
final class Peer implements AutoCloseable {
  /** No answer takes longer, however busy the machine is. */
  private static final int PATIENCE_MILLISECONDS = 60_000;

  private final Socket socket;
  private final JsonReader reader;
  private volatile int requests;

  Peer(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  Peer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLISECONDS);
    this.reader =
        new JsonReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    // One value after the other.
    reader.setStrictness(Strictness.LENIENT);
  }

  Socket socket() {
    return socket;
  }

  /** Sends a request and returns its id. */
  int send(String method, String params) throws IOException {
    int id = requests;
    write("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
    requests = id + 1;
    return id;
  }

  /** How many requests the other side has taken, or will. */
  int sent() {
    return requests;
  }

  void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  JsonObject read() throws IOException {
    return JsonParser.parseReader(reader).getAsJsonObject();
  }

  /** Everything up to the answer to the request; the answer is the last. */
  List<JsonObject> readTo(int id) throws IOException {
    var messages = new ArrayList<JsonObject>();
    do {
      messages.add(read());
    } while (!isAnswer(messages.get(messages.size() - 1), id));
    return messages;
  }

  private static boolean isAnswer(JsonObject message, int id) {
    return !message.has("method") && Json.text(message.get("id")).equals("" + id);
  }

  /** The answer to a request; what else comes is ignored. */
  JsonObject ask(String method, String params) throws IOException {
    var messages = readTo(send(method, params));
    return messages.get(messages.size() - 1);
  }

  JsonElement result(String method, String params) throws IOException {
    return ask(method, params).get("result");
  }

  /** Whether the other side closes the connection. */
  boolean isClosed() throws IOException {
    try {
      return reader.peek() == JsonToken.END_DOCUMENT;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
