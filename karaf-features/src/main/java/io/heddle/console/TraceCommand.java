package io.heddle.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.compiler.CompileLoop;
import io.heddle.compiler.Network;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.trace.Fabric;
import io.heddle.trace.Learned;
import io.heddle.trace.Packet;
import io.heddle.trace.Trace;
import io.heddle.trace.TraceText;
import io.heddle.trace.Tracer;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.io.PrintStream;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code heddle:trace}. */
@Service
@Command(
    scope = "heddle",
    name = "trace",
    description = "Follows a packet from a port through the network, by the flows as compiled",
    detailedDescription = "classpath:trace.txt")
public final class TraceCommand extends Question {
  private static final long SECONDS = 30;

  @Argument(
      index = 0,
      name = "port",
      description = "The logical port that sends it",
      required = true)
  @Completion(PortCompleter.class)
  private String port;

  @Argument(
      index = 1,
      name = "packet",
      description = "For instance \"eth 0a:01 > 0a:02 ip 10.0.0.1 > 10.0.0.2 icmp echo\", quoted",
      required = true)
  private String packet;

  @Override
  JsonElement answer() throws Exception {
    var parsed = Packet.parse(packet);
    try {
      return part(CompileLoop.class)
          .read(network -> trace(network, parsed))
          .get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalArgumentException asked) {
        throw asked;
      }
      throw e;
    }
  }

  private JsonElement trace(Network network, Packet parsed) {
    var snapshot = network.snapshot();
    var binding = binding(snapshot).as(PortBinding.class);
    var fabric = Fabric.of(snapshot, chassis -> network.plan(chassis).toList());
    var trace =
        Tracer.trace(
            fabric,
            Learned.NOTHING,
            UUID.fromString(binding.getChassis()),
            binding.getOfport(),
            parsed);
    return describe(snapshot.revision(), fabric, trace);
  }

  /** Where the port is; where several claim it, the newest claim. */
  private Row binding(Snapshot snapshot) {
    if (snapshot.index(LogicalSwitchPort.class, "name", port).isEmpty()) {
      throw new IllegalArgumentException("There is no logical port " + port + ".");
    }
    return Rows.referring(snapshot, PortBinding.class, "logical_port", port).stream()
        .filter(row -> row.as(PortBinding.class).getOfport() != 0)
        .max((a, b) -> Long.compare(a.created(), b.created()))
        .orElseThrow(
            () -> new IllegalArgumentException("Port " + port + " is bound to no chassis."));
  }

  private static JsonObject describe(long revision, Fabric fabric, Trace trace) {
    var delivered = new JsonArray();
    for (var delivery : trace.deliveries()) {
      var described = new JsonObject();
      described.addProperty("chassis", delivery.host().name());
      described.addProperty("interface", delivery.to().name());
      described.addProperty("port", delivery.to().logicalPort());
      described.addProperty("packet", delivery.packet().toString());
      delivered.add(described);
    }
    var dropped = new JsonArray();
    trace.drops().forEach(drop -> dropped.add(TraceText.drop(fabric, drop)));
    var answer = new JsonObject();
    answer.addProperty("revision", revision);
    answer.add("delivered", delivered);
    answer.add("dropped", dropped);
    answer.addProperty("steps", TraceText.of(fabric, trace));
    return answer;
  }

  @Override
  void print(JsonElement answer, PrintStream out) {
    out.println(Sheet.lines(Json.text(answer, "steps")));
  }
}
