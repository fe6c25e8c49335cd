package io.heddle.console;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;

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
    conclude(answer);
  }

  /**
   * Fails the command, where scripts should notice what the answer says. It has been told then.
   *
   * @throws CommandException to end with an exit status that is not 0
   */
  void conclude(JsonElement answer) throws CommandException {}
}
