package io.heddle.northbound.client;

import com.google.protobuf.Message;
import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.v1.api.RowChange;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchEvent.Type;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells every change as it is committed. */
@Command(
    name = "watch",
    description =
        "Tells the rows that are there (=) and then every change: new (+), changed (~), gone (-).",
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  @ParentCommand private Heddlectl heddlectl;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "KIND",
      converter = KindParameter.class,
      completionCandidates = KindParameter.class,
      description = "only rows of these kinds: ${COMPLETION-CANDIDATES}")
  private List<Kind> kinds = List.of();

  @Option(
      names = "--from",
      paramLabel = "REVISION",
      defaultValue = "0",
      description = "only what came after this revision")
  private long from;

  @Option(
      names = "--revisions",
      paramLabel = "COUNT",
      description = "end after so many complete revisions, the snapshot being one")
  private long revisions = Long.MAX_VALUE;

  @Option(names = "--json", description = "one event per line, as JSON")
  private boolean json;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var client = heddlectl.connect(spec.commandLine())) {
      var events = client.watch(from, kinds.stream().map(Kind::name).toList());
      for (long told = 0; told < revisions; ) {
        var event = events.next();
        print(event, out);
        boolean resumed = event.getType() == Type.CHANGES && event.getChangesCount() == 0;
        told += event.getComplete() && !resumed ? 1 : 0;
      }
    }
    return 0;
  }

  private void print(WatchEvent event, PrintWriter out) {
    if (json) {
      out.println(RowText.json(event));
    } else {
      event.getChangesList().forEach(change -> out.println(text(event, change)));
    }
    out.flush();
  }

  private static String text(WatchEvent event, RowChange change) {
    var row = change.hasAfter() ? change.getAfter() : change.getBefore();
    var line =
        Long.toUnsignedString(event.getRevision())
            + " "
            + sign(event, change)
            + " "
            + change.getKind()
            + " "
            + RowText.name(row);
    return RowText.safe(
        change.hasBefore() && change.hasAfter() ? line + differences(change) : line);
  }

  private static String sign(WatchEvent event, RowChange change) {
    if (event.getType() == Type.SNAPSHOT) {
      return "=";
    }
    if (change.hasBefore() && change.hasAfter()) {
      return "~";
    }
    return change.hasAfter() ? "+" : "-";
  }

  private static String differences(RowChange change) {
    var before = RowText.value(change.getBefore());
    var after = RowText.value(change.getAfter());
    return RowText.kind(change.getAfter()).columns().stream()
        .filter(c -> !same(c, before, after))
        .map(c -> " " + c.name() + "=" + RowText.field(c, after, java.util.Map.of()))
        .collect(Collectors.joining());
  }

  private static boolean same(Column column, Message before, Message after) {
    var field = column.field();
    return before.getField(field).equals(after.getField(field))
        && (!field.hasPresence() || before.hasField(field) == after.hasField(field));
  }
}
