package io.heddle.northbound.client;

import io.heddle.v1.api.Stage;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Waits until a revision has come as far as asked. */
@Command(
    name = "wait",
    description = "Waits until a revision is committed, compiled or installed everywhere.",
    mixinStandardHelpOptions = true)
final class WaitCommand implements Callable<Integer> {
  @ParentCommand private Heddlectl heddlectl;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "REVISION", description = "a revision, or \"latest\"")
  private String revision;

  @Option(
      names = "--for",
      converter = StageParameter.class,
      completionCandidates = StageParameter.class,
      paramLabel = "STAGE",
      defaultValue = "installed",
      description = "${COMPLETION-CANDIDATES} (default: installed)")
  private Stage stage;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "wait so long at most (default: 60)")
  private long timeout;

  @Override
  public Integer call() {
    try (var client = heddlectl.connect(spec.commandLine())) {
      client.waitFor(number(client), stage, Duration.ofSeconds(timeout));
    }
    return 0;
  }

  private long number(HeddleClient client) {
    if (revision.equals("latest")) {
      return client.status().getRevision();
    }
    try {
      return Long.parseUnsignedLong(revision);
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec.commandLine(), revision + " is neither a revision nor \"latest\"", e);
    }
  }
}
