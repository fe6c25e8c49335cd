package io.heddle.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.model.PlanHashes;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Readiness;
import io.heddle.model.Store;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;

/**
 * {@code heddle:status}. It answers also while parts are missing, and its exit status tells
 * scripts.
 */
@Service
@Command(scope = "heddle", name = "status", description = "Whether Heddle works, and how far it is")
public final class Status extends Question {
  private static final long PATIENCE_MILLIS = 1_000;
  private static final List<String> UNWATCHED = List.of("nobody watches over the parts");

  @Override
  JsonElement answer() {
    var lacking =
        Offered.find(context(), Readiness.class).map(Readiness::lacking).orElse(UNWATCHED);
    var sentences = new JsonArray();
    lacking.forEach(sentences::add);
    var answer = new JsonObject();
    answer.addProperty("ready", lacking.isEmpty());
    answer.add("lacking", sentences);
    answer.addProperty("version", context().getBundle().getVersion().toString());
    answer.addProperty("uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
    Offered.find(context(), Store.class)
        .ifPresent(store -> answer.addProperty("revision", store.snapshot().revision()));
    Offered.find(context(), Progress.class)
        .ifPresent(
            progress -> {
              answer.addProperty("compiled_revision", progress.compiled());
              answer.add("plans", plans(progress));
            });
    Offered.find(context(), Problems.class)
        .ifPresent(problems -> answer.addProperty("problems", problems.list().size()));
    return answer;
  }

  /** What members can be compared by; without it where the compiler is busy or not there. */
  private static JsonObject plans(Progress progress) {
    var hashes =
        progress
            .plans()
            .completeOnTimeout(PlanHashes.NONE, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
            .exceptionally(closed -> PlanHashes.NONE)
            .join();
    var plans = new JsonObject();
    if (hashes.revision() != 0) {
      plans.addProperty("revision", hashes.revision());
      plans.addProperty("hash", hashes.text());
      var chassis = new JsonObject();
      hashes.chassis().keySet().stream()
          .sorted()
          .forEach(c -> chassis.addProperty(c.toString(), hashes.text(c)));
      plans.add("chassis", chassis);
    }
    return plans;
  }

  private static boolean ready(JsonElement answer) {
    return answer.getAsJsonObject().get("ready").getAsBoolean();
  }

  @Override
  void conclude(JsonElement answer) throws CommandException {
    if (!ready(answer)) {
      var message = "Heddle is not ready.";
      throw new CommandException(message, message, new IllegalStateException(message));
    }
  }

  @Override
  void print(JsonElement answer, PrintStream out) {
    out.println(ready(answer) ? "Heddle works." : "Heddle does not work:");
    for (var each : Json.array(answer, "lacking")) {
      out.println("  " + Sheet.printable(each.getAsString()));
    }
    var uptime = Duration.ofSeconds(answer.getAsJsonObject().get("uptime_seconds").getAsLong());
    out.printf("version   %s%n", Json.text(answer, "version"));
    out.printf(
        "up for    %d h %02d min %02d s%n",
        uptime.toHours(), uptime.toMinutesPart(), uptime.toSecondsPart());
    out.printf(
        "revision  %s, compiled %s%n",
        Json.text(answer, "revision"), Json.text(answer, "compiled_revision"));
    var plans = Json.object(answer, "plans");
    if (plans.has("hash")) {
      out.printf(
          "plan      %s of revision %s%n", Json.text(plans, "hash"), Json.text(plans, "revision"));
    }
    out.printf("problems  %s%n", Json.text(answer, "problems"));
  }
}
