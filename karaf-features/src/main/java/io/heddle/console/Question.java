package io.heddle.console;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;

/** A command that tells something: for people or, with {@code --json}, for programs. */
abstract class Question implements Action {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  @Option(name = "--json", description = "Answer in JSON")
  private boolean json;

  @Reference private Session session;

  /** All that is told. */
  abstract JsonElement answer() throws Exception;

  /** The answer for people. */
  abstract void print(JsonElement answer, PrintStream out);

  @Override
  public final Object execute() throws Exception {
    var answer = answer();
    var out = session.getConsole();
    if (json) {
      out.println(GSON.toJson(answer));
    } else {
      print(answer, out);
    }
    out.flush();
    return null;
  }
}
