package io.heddle.northbound.client;

import com.google.gson.JsonArray;
import io.heddle.model.Kind;
import io.heddle.v1.api.Filter;
import io.heddle.v1.api.RowMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Lists the rows of one kind. */
@Command(
    name = "list",
    description = "Lists the rows of one kind.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  @ParentCommand private Heddlectl heddlectl;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "KIND",
      converter = KindParameter.class,
      completionCandidates = KindParameter.class,
      description = "one of ${COMPLETION-CANDIDATES}")
  private Kind kind;

  @Option(
      names = {"-w", "--where"},
      paramLabel = "FIELD=VALUE",
      description =
          "only rows with this value, for instance logical_switch=blue or external_ids:tenant=x;"
              + " several must all hold")
  private List<String> where = List.of();

  @Option(names = "--json", description = "as JSON, which apply reads again")
  private boolean json;

  @Override
  public Integer call() {
    var filters = where.stream().map(this::filter).toList();
    var out = spec.commandLine().getOut();
    try (var client = heddlectl.connect(spec.commandLine())) {
      var rows = client.list(kind.name(), filters);
      if (json) {
        var array = new JsonArray();
        rows.forEach(row -> array.add(RowText.row(row)));
        out.println(RowText.pretty(array));
      } else {
        out.print(table(client, rows));
        out.flush();
      }
    }
    return 0;
  }

  private Filter filter(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new ParameterException(spec.commandLine(), "--where " + text + ": is no FIELD=VALUE");
    }
    return Filter.newBuilder()
        .setField(text.substring(0, equals))
        .setValue(text.substring(equals + 1))
        .build();
  }

  private String table(HeddleClient client, List<RowMessage> rows) {
    if (rows.isEmpty()) {
      return "";
    }
    var names = names(client);
    var heads = new ArrayList<String>();
    kind.columns().forEach(column -> heads.add(column.name().toUpperCase(java.util.Locale.ROOT)));
    heads.add("UUID");
    var table = new Table(heads.toArray(String[]::new));
    for (var row : rows) {
      var value = RowText.value(row);
      var cells = new ArrayList<String>();
      kind.columns().forEach(column -> cells.add(RowText.field(column, value, names)));
      cells.add(row.getUuid());
      table.add(cells.toArray(String[]::new));
    }
    return table.text();
  }

  /** The names of all rows that rows of this kind refer to, by UUID. */
  private Map<String, String> names(HeddleClient client) {
    var names = new HashMap<String, String>();
    kind.columns().stream()
        .flatMap(column -> column.references().stream())
        .distinct()
        .flatMap(to -> client.list(to, List.of()).stream())
        .forEach(row -> names.put(row.getUuid(), RowText.name(row)));
    return names;
  }
}
