package io.heddle.northbound.client;

import io.heddle.model.Kind;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows one row. */
@Command(name = "get", description = "Shows one row.", mixinStandardHelpOptions = true)
final class GetCommand implements Callable<Integer> {
  @ParentCommand private Heddlectl heddlectl;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      converter = KindParameter.class,
      completionCandidates = KindParameter.class,
      description = "one of ${COMPLETION-CANDIDATES}")
  private Kind kind;

  @Parameters(index = "1", paramLabel = "NAME", description = "its name or UUID")
  private String name;

  @Option(names = "--json", description = "as JSON, which apply reads again")
  private boolean json;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var client = heddlectl.connect(spec.commandLine())) {
      var row = client.get(KindParameter.row(kind, name));
      if (json) {
        out.println(RowText.pretty(RowText.row(row)));
        return 0;
      }
      var value = RowText.value(row);
      var table = new Table("", "");
      table.add("uuid", row.getUuid());
      for (var column : kind.columns()) {
        var text = RowText.field(column, value, Map.of());
        if (!text.isEmpty()) {
          table.add(column.name(), text);
        }
      }
      table.add("created", "revision " + row.getCreated());
      table.add("version", "revision " + row.getVersion());
      out.print(table.text().stripLeading());
      out.flush();
    }
    return 0;
  }
}
