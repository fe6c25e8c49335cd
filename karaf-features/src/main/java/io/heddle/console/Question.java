package io.heddle.console;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.console.Session;

/** A command that tells something: for people or, with {@code --json}, for programs. */
abstract class Question extends Order {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  @Option(name = "--json", description = "Answer in JSON")
  private boolean json;

  /** All that is told. */
  abstract JsonElement answer() throws Exception;

  /** The answer for people. */
  abstract void print(JsonElement answer, PrintStream out);

  @Override
  final void carryOut(Session answering) throws Exception {
    var answer = answer();
    if (json) {
      answering.getConsole().println(GSON.toJson(answer));
    } else {
      print(answer, answering.getConsole());
    }
  }
}
