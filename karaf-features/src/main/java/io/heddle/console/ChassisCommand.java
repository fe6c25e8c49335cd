package io.heddle.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.model.Mtu;
import io.heddle.model.Progress;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.openflow.OpenflowSessions;
import io.heddle.openflow.SwitchState;
import io.heddle.ovsdb.OvsdbHost;
import io.heddle.ovsdb.OvsdbHosts;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import java.io.PrintStream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code heddle:chassis}. */
@Service
@Command(
    scope = "heddle",
    name = "chassis",
    description = "Hosts: their connections, the revision they run, their flows and tunnels")
public final class ChassisCommand extends Question {
  @Override
  JsonElement answer() {
    var snapshot = part(Store.class).snapshot();
    var rows = new JsonArray();
    for (var row : Rows.sorted(snapshot, Chassis.class)) {
      var described = Json.of(row);
      described.add("encaps", encaps(snapshot, row));
      mtu(snapshot, row).ifPresent(mtu -> described.addProperty("mtu", mtu));
      part(OvsdbHosts.class)
          .connected(row.name())
          .ifPresent(host -> described.add("ovsdb", describe(host)));
      openflow(row.uuid()).ifPresent(state -> described.add("openflow", describe(state)));
      part(Progress.class)
          .installed(row.uuid())
          .ifPresent(revision -> described.addProperty("installed_revision", revision));
      rows.add(described);
    }
    var answer = new JsonObject();
    answer.addProperty("revision", snapshot.revision());
    answer.add("chassis", rows);
    return answer;
  }

  private static JsonArray encaps(Snapshot snapshot, Row chassis) {
    var encaps = new JsonArray();
    var uuid = chassis.uuid().toString();
    for (var row : Rows.referring(snapshot, Encap.class, "chassis", uuid)) {
      encaps.add(row.as(Encap.class).getType() + ":" + row.as(Encap.class).getIp());
    }
    return encaps;
  }

  /** What the tunnels to a chassis carry, whatever the encapsulation. */
  private static OptionalInt mtu(Snapshot snapshot, Row chassis) {
    var uuid = chassis.uuid().toString();
    return Rows.referring(snapshot, Encap.class, "chassis", uuid).stream()
        .mapToInt(row -> Mtu.carried(row.as(Encap.class)))
        .min();
  }

  private Optional<SwitchState> openflow(UUID chassis) {
    return part(OpenflowSessions.class).switches().stream()
        .filter(s -> s.chassis().equals(Optional.of(chassis)))
        .findFirst();
  }

  private static JsonObject describe(OvsdbHost host) {
    var described = new JsonObject();
    described.addProperty("peer", host.peer());
    described.addProperty("since", host.since().toString());
    described.addProperty("tunnels", host.tunnels());
    described.addProperty("open_vswitch", host.openVSwitch());
    return described;
  }

  private static JsonObject describe(SwitchState state) {
    var described = new JsonObject();
    described.addProperty("connected", state.connected());
    described.addProperty("peer", state.remote());
    described.addProperty("role", state.role().name());
    described.addProperty("flows", state.flows());
    var punts = state.punts();
    var reasons = new JsonObject();
    new TreeMap<>(punts.taken()).forEach((reason, n) -> reasons.addProperty(reason.name(), n));
    described.add("packets_handed_over", reasons);
    described.addProperty("packets_dropped", punts.dropped());
    described.addProperty("packets_strange", punts.strange());
    described.addProperty("packets_lost", punts.lost());
    state.lastResync().ifPresent(when -> described.addProperty("compared", when.toString()));
    state.lastError().ifPresent(error -> described.addProperty("last_error", error));
    return described;
  }

  @Override
  void print(JsonElement answer, PrintStream out) {
    var sheet =
        new Sheet(
            "CHASSIS",
            "HOST",
            "ENCAPS",
            "MTU",
            "OVSDB",
            "OPENFLOW",
            "INSTALLED",
            "FLOWS",
            "TUNNELS");
    for (var each : Json.array(answer, "chassis")) {
      var ovsdb = Json.object(each, "ovsdb");
      var openflow = Json.object(each, "openflow");
      boolean connected = "true".equals(Json.text(openflow, "connected"));
      sheet.row(
          Json.text(each, "name"),
          Json.text(each, "hostname"),
          Json.joined(Json.array(each, "encaps")),
          Json.text(each, "mtu"),
          ovsdb.size() == 0 ? "-" : Json.text(ovsdb, "peer"),
          connected ? Json.text(openflow, "peer") : "-",
          Json.text(each, "installed_revision"),
          Json.text(openflow, "flows"),
          Json.text(ovsdb, "tunnels"));
    }
    if (sheet.empty()) {
      out.println("No host has joined.");
    } else {
      sheet.print(out);
      out.println("The newest revision is " + Json.text(answer, "revision") + ".");
    }
  }
}
