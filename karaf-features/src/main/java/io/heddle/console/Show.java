package io.heddle.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.model.Mtu;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code heddle:show}. */
@Service
@Command(
    scope = "heddle",
    name = "show",
    description = "Switches, their ports, where these are bound and whether they are up")
public final class Show extends Question {
  @Argument(name = "switch", description = "Only the switches of this name")
  @Completion(SwitchCompleter.class)
  private String only;

  @Override
  JsonElement answer() {
    var snapshot = part(Store.class).snapshot();
    var switches = new JsonArray();
    for (var row : Rows.sorted(snapshot, LogicalSwitch.class)) {
      if (only == null || only.equals(row.name())) {
        switches.add(describe(snapshot, row));
      }
    }
    if (only != null && switches.isEmpty()) {
      throw new IllegalArgumentException("There is no logical switch " + only + ".");
    }
    var answer = new JsonObject();
    answer.addProperty("revision", snapshot.revision());
    answer.add("switches", switches);
    return answer;
  }

  private static JsonObject describe(Snapshot snapshot, Row row) {
    var ports = new JsonArray();
    var uuid = row.uuid().toString();
    for (var port : Rows.referring(snapshot, LogicalSwitchPort.class, "logical_switch", uuid)) {
      var described = Json.of(port);
      described.remove("logical_switch");
      described.add("bindings", bindings(snapshot, port.name()));
      ports.add(described);
    }
    var described = Json.of(row);
    Mtu.carried(snapshot).ifPresent(mtu -> described.addProperty("mtu", mtu));
    described.add("ports", ports);
    return described;
  }

  private static JsonArray bindings(Snapshot snapshot, String port) {
    var bindings = new JsonArray();
    for (var row : Rows.referring(snapshot, PortBinding.class, "logical_port", port)) {
      var binding = row.as(PortBinding.class);
      var described = new JsonObject();
      Rows.find(snapshot, Chassis.class, binding.getChassis())
          .ifPresent(chassis -> described.addProperty("chassis", chassis.name()));
      described.addProperty("interface", binding.getInterface());
      described.addProperty("ofport", binding.getOfport());
      bindings.add(described);
    }
    return bindings;
  }

  @Override
  void print(JsonElement answer, PrintStream out) {
    var sheet =
        new Sheet("SWITCH", "KEY", "MTU", "PORT", "ADDRESSES", "CHASSIS", "INTERFACE", "UP");
    for (var each : Json.array(answer, "switches")) {
      var ports = Json.array(each, "ports");
      var name = named(each);
      if (ports.isEmpty()) {
        sheet.row(name, Json.text(each, "tunnel_key"), Json.text(each, "mtu"), "", "", "", "", "");
      }
      for (var port : ports) {
        printPort(sheet, each, port);
      }
    }
    if (sheet.empty()) {
      out.println("There are no switches.");
    } else {
      sheet.print(out);
    }
  }

  private static void printPort(Sheet sheet, JsonElement owner, JsonElement port) {
    var bindings = Json.array(port, "bindings");
    var bound = bindings.isEmpty() ? new JsonObject() : bindings.get(0);
    var more = bindings.size() > 1 ? " and " + (bindings.size() - 1) + " more" : "";
    sheet.row(
        named(owner),
        Json.text(owner, "tunnel_key"),
        Json.text(owner, "mtu"),
        named(port),
        Json.joined(Json.array(port, "addresses")),
        Json.text(bound, "chassis") + more,
        Json.text(bound, "interface"),
        "true".equals(Json.text(port, "up")) ? "up" : "down");
  }

  private static String named(JsonElement row) {
    var name = Json.text(row, "name");
    return name.isEmpty() ? Json.text(row, "uuid") : name;
  }
}
