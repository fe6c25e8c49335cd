package io.heddle.northbound.client;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells what cannot be realised. */
@Command(
    name = "problems",
    description = "Tells what cannot be realised as asked.",
    mixinStandardHelpOptions = true)
final class ProblemsCommand implements Callable<Integer> {
  @ParentCommand private Heddlectl heddlectl;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "one problem per line, as JSON")
  private boolean json;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var client = heddlectl.connect(spec.commandLine())) {
      var problems = client.problems();
      if (json) {
        problems.forEach(problem -> out.println(RowText.json(problem)));
      } else if (!problems.isEmpty()) {
        var table = new Table("KIND", "NAME", "PROBLEM");
        problems.forEach(p -> table.add(p.getKind(), p.getName(), p.getMessage()));
        out.print(table.text());
      }
      out.flush();
    }
    return 0;
  }
}
