package io.heddle.northbound.client;

import com.google.protobuf.Timestamp;
import io.heddle.model.AuditQuery;
import io.heddle.v1.api.ListCommitsRequest;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells who changed the network. */
@Command(
    name = "audit",
    description = "Tells who changed the network, the newest commit first.",
    mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
  @ParentCommand private Heddlectl heddlectl;
  @Spec private CommandSpec spec;

  @Option(names = "--who", paramLabel = "NAME", description = "by this certificate, token or user")
  private String who = "";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "not before: 2026-11-21T20:00:00Z, or so long ago: 90s, 15m, 2h, 7d")
  private String since = "";

  @Option(names = "--until", paramLabel = "TIME", description = "before")
  private String until = "";

  @Option(names = "--after", paramLabel = "REVISION", description = "after this revision")
  private long after;

  @Option(names = "--before", paramLabel = "REVISION", description = "before this revision")
  private long before;

  @Option(
      names = "--limit",
      paramLabel = "NUMBER",
      defaultValue = "50",
      description = "at most so many commits (default: 50)")
  private int limit;

  @Option(names = "--json", description = "one commit per line, as JSON")
  private boolean json;

  @Override
  public Integer call() {
    var request =
        ListCommitsRequest.newBuilder()
            .setWho(who)
            .setAfter(after)
            .setBefore(before)
            .setLimit(limit);
    if (!since.isEmpty()) {
      request.setSince(moment("--since", since));
    }
    if (!until.isEmpty()) {
      request.setUntil(moment("--until", until));
    }
    var out = spec.commandLine().getOut();
    try (var client = heddlectl.connect(spec.commandLine())) {
      var commits = client.commits(request.build()).getCommitsList();
      if (json) {
        commits.forEach(commit -> out.println(RowText.json(commit)));
      } else if (!commits.isEmpty()) {
        var table = new Table("REVISION", "TIME", "WHO", "DOOR", "FROM", "MEMBER", "CHANGES");
        commits.forEach(c -> table.add(AuditQuery.words(c).toArray(String[]::new)));
        out.print(table.text());
      }
      out.flush();
    }
    return 0;
  }

  private Timestamp moment(String option, String text) {
    try {
      var moment = AuditQuery.moment(text, Instant.now());
      return Timestamp.newBuilder()
          .setSeconds(moment.getEpochSecond())
          .setNanos(moment.getNano())
          .build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
    }
  }
}
