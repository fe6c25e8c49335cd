package io.heddle.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.model.Problems;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code heddle:problems}. */
@Service
@Command(scope = "heddle", name = "problems", description = "What cannot be realised as asked")
public final class ProblemsCommand extends Question {
  @Override
  JsonElement answer() {
    var answer = new JsonArray();
    for (var problem : part(Problems.class).list()) {
      var described = new JsonObject();
      described.addProperty("kind", problem.kind());
      described.addProperty("name", problem.name());
      described.addProperty("message", problem.message());
      answer.add(described);
    }
    return answer;
  }

  @Override
  void print(JsonElement answer, PrintStream out) {
    var sheet = new Sheet("KIND", "NAME", "PROBLEM");
    for (var each : answer.getAsJsonArray()) {
      sheet.row(Json.text(each, "kind"), Json.text(each, "name"), Json.text(each, "message"));
    }
    if (sheet.empty()) {
      out.println("There are no problems.");
    } else {
      sheet.print(out);
    }
  }
}
