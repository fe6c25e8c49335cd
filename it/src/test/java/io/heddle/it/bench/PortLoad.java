package io.heddle.it.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A client of OVN's northbound database that adds ports as fast as it is answered: each is inserted
 * and then put into the set of its switch's ports. All ports have one address, as those of OVN's
 * own measurements of its database have.
 */
final class PortLoad implements LoadClient {
  private static final String DATABASE = "OVN_Northbound";
  static final String ADDRESS = "0a:00:00:00:00:01 10.0.0.1";

  private final Socket socket;
  private final OutputStream out;
  private final JsonReader in;
  private final List<String> switches;
  private long sent;

  /**
   * @param switchCount switches that there are, or that {@link #addSwitches} is to add
   */
  PortLoad(int port, int switchCount) throws IOException {
    this.switches = IntStream.range(0, switchCount).mapToObj(PortLoad::switchName).toList();
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    out = socket.getOutputStream();
    in = new JsonReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    // One JSON value after another.
    in.setStrictness(Strictness.LENIENT);
  }

  static String switchName(int number) {
    return "load" + number;
  }

  /** Of these the one that leads. */
  static int leader(List<Integer> ports) throws IOException {
    for (int port : ports) {
      try (var client = new PortLoad(port, 0)) {
        if (client.leads()) {
          return port;
        }
      }
    }
    throw new IOException("nobody leads");
  }

  private boolean leads() throws IOException {
    var transaction = array("_Server");
    var select = operation("select", "Database");
    select.add("where", where(DATABASE));
    transaction.add(select);
    send(transaction);
    return message()
        .getAsJsonArray("result")
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("rows")
        .get(0)
        .getAsJsonObject()
        .get("leader")
        .getAsBoolean();
  }

  void addSwitches() throws IOException {
    var transaction = transaction();
    for (var name : switches) {
      var insert = operation("insert", "Logical_Switch");
      insert.add("row", object("name", name));
      transaction.add(insert);
    }
    send(transaction);
    answer();
  }

  @Override
  public Result run(int window, int transactions, int portsEach, int switchCount)
      throws IOException {
    var begun = new long[transactions];
    var latencies = new double[transactions];
    long first = sent;
    long start = System.nanoTime();
    int next = 0;
    for (int done = 0; done < transactions; done++) {
      while (next < transactions && next - done < window) {
        begun[next] = System.nanoTime();
        send(ports(switches.get(next % switchCount), portsEach));
        next++;
      }
      int which = (int) (answer() - first);
      latencies[which] = (System.nanoTime() - begun[which]) / 1e6;
    }
    double rate = transactions * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    return Result.of(rate, portsEach, latencies);
  }

  /** Takes all ports from the switches, which ends them. */
  @Override
  public void clear() throws IOException {
    for (var name : switches) {
      var update = operation("update", "Logical_Switch");
      update.add("where", where(name));
      var row = new JsonObject();
      row.add("ports", set(List.of()));
      update.add("row", row);
      var transaction = transaction();
      transaction.add(update);
      send(transaction);
      answer();
    }
  }

  private JsonArray ports(String logicalSwitch, int count) {
    var transaction = transaction();
    var names = new ArrayList<JsonElement>();
    for (int i = 0; i < count; i++) {
      var insert = operation("insert", "Logical_Switch_Port");
      var row = object("name", "port" + sent + "-" + i);
      row.addProperty("addresses", ADDRESS);
      insert.add("row", row);
      insert.addProperty("uuid-name", "new" + i);
      transaction.add(insert);
      names.add(array("named-uuid", "new" + i));
    }
    var mutate = operation("mutate", "Logical_Switch");
    mutate.add("where", where(logicalSwitch));
    var mutation = array("ports", "insert");
    mutation.add(set(names));
    var mutations = new JsonArray();
    mutations.add(mutation);
    mutate.add("mutations", mutations);
    transaction.add(mutate);
    return transaction;
  }

  private static JsonArray transaction() {
    return array(DATABASE);
  }

  private static JsonObject operation(String op, String table) {
    var operation = object("op", op);
    operation.addProperty("table", table);
    return operation;
  }

  private static JsonObject object(String key, String value) {
    var object = new JsonObject();
    object.addProperty(key, value);
    return object;
  }

  private static JsonArray array(String... values) {
    var array = new JsonArray();
    List.of(values).forEach(array::add);
    return array;
  }

  private static JsonArray set(List<JsonElement> members) {
    var all = new JsonArray();
    members.forEach(all::add);
    var set = array("set");
    set.add(all);
    return set;
  }

  private static JsonArray where(String name) {
    var where = new JsonArray();
    where.add(array("name", "==", name));
    return where;
  }

  private void send(JsonArray transaction) throws IOException {
    var request = object("method", "transact");
    request.add("params", transaction);
    request.addProperty("id", sent++);
    out.write(request.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Awaits one and returns its number. */
  private long answer() throws IOException {
    return message().get("id").getAsLong();
  }

  private JsonObject message() throws IOException {
    while (true) {
      var message = JsonParser.parseReader(in).getAsJsonObject();
      if (message.has("method")) {
        var echo = new JsonObject();
        echo.add("id", message.get("id"));
        echo.add("result", message.get("params"));
        echo.add("error", null);
        out.write(echo.toString().getBytes(StandardCharsets.UTF_8));
        continue;
      }
      if (message.toString().contains("\"error\":\"")) {
        throw new IOException("refused: " + message);
      }
      return message;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
