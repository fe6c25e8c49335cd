package io.heddle.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Readiness;
import io.heddle.model.Store;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.osgi.framework.BundleContext;

/**
 * {@code heddle:status}. It answers also while parts are missing, so it asks for those itself
 * rather than to be offered only once they are there.
 */
@Service
@Command(scope = "heddle", name = "status", description = "Whether Heddle works, and how far it is")
public final class Status extends Question {
  @Reference private BundleContext context;
  @Reference private Readiness readiness;
  @Reference private Progress progress;
  @Reference private Problems problems;

  @Override
  JsonElement answer() {
    var lacking = new JsonArray();
    readiness.lacking().forEach(lacking::add);
    var answer = new JsonObject();
    answer.addProperty("ready", readiness.ready());
    answer.add("lacking", lacking);
    answer.addProperty("version", context.getBundle().getVersion().toString());
    answer.addProperty("uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
    revision(answer);
    answer.addProperty("compiled_revision", progress.compiled());
    answer.addProperty("problems", problems.list().size());
    return answer;
  }

  private void revision(JsonObject answer) {
    var reference = context.getServiceReference(Store.class);
    if (reference == null) {
      return;
    }
    var store = context.getService(reference);
    if (store != null) {
      answer.addProperty("revision", store.snapshot().revision());
      context.ungetService(reference);
    }
  }

  @Override
  void print(JsonElement answer, PrintStream out) {
    var ready = answer.getAsJsonObject().get("ready").getAsBoolean();
    out.println(ready ? "Heddle works." : "Heddle does not work yet:");
    for (var each : Json.array(answer, "lacking")) {
      out.println("  " + each.getAsString());
    }
    var uptime = Duration.ofSeconds(answer.getAsJsonObject().get("uptime_seconds").getAsLong());
    out.printf("version   %s%n", Json.text(answer, "version"));
    out.printf(
        "up for    %d h %02d min %02d s%n",
        uptime.toHours(), uptime.toMinutesPart(), uptime.toSecondsPart());
    out.printf(
        "revision  %s, compiled %s%n",
        Json.text(answer, "revision"), Json.text(answer, "compiled_revision"));
    out.printf("problems  %s%n", Json.text(answer, "problems"));
  }
}
