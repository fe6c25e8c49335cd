package io.heddle.northbound.client;

import io.grpc.StatusRuntimeException;
import io.heddle.northbound.client.Heddlectl.FailedException;
import io.heddle.northbound.rowfile.RowFile;
import io.heddle.v1.Receipt;
import io.heddle.v1.api.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Writes the rows of a file: all of them or, if one is wrong, none. */
@Command(
    name = "apply",
    description = "Writes the rows of a JSON or YAML file, all of them or none.",
    mixinStandardHelpOptions = true)
final class ApplyCommand implements Callable<Integer> {
  @ParentCommand private Heddlectl heddlectl;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "the file, or - for standard input")
  private String file;

  @Option(
      names = "--wait",
      converter = StageParameter.class,
      completionCandidates = StageParameter.class,
      paramLabel = "STAGE",
      description = "also wait until the rows are ${COMPLETION-CANDIDATES}")
  private Optional<Stage> stage;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "wait so long at most (default: 60)")
  private long timeout;

  @Option(names = "--json", description = "print the receipt as JSON")
  private boolean json;

  @Override
  public Integer call() {
    var rows = rows();
    try (var client = heddlectl.connect(spec.commandLine())) {
      var receipt = commit(client, rows);
      spec.commandLine().getOut().println(json ? RowText.json(receipt) : text(receipt));
      stage.ifPresent(s -> client.waitFor(receipt.getRevision(), s, Duration.ofSeconds(timeout)));
    }
    return 0;
  }

  private static String text(Receipt receipt) {
    int rows = receipt.getRowsCount();
    return "revision "
        + Long.toUnsignedString(receipt.getRevision())
        + ": "
        + rows
        + (rows == 1 ? " row" : " rows");
  }

  private Receipt commit(HeddleClient client, RowFile rows) {
    try {
      return client.commit(rows.transaction());
    } catch (StatusRuntimeException e) {
      throw new FailedException(
          Failures.exitCode(e), Failures.lines(e, rows.labels(), heddlectl.server()));
    }
  }

  private RowFile rows() {
    try {
      return RowFile.parse(file.equals("-") ? "standard input" : file, text());
    } catch (RowFile.MalformedException e) {
      throw new FailedException(Failures.USAGE, e.faults());
    } catch (IOException e) {
      throw new FailedException(Failures.USAGE, List.of("cannot read " + file + ": " + e));
    }
  }

  private String text() throws IOException {
    return file.equals("-")
        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
        : Files.readString(Path.of(file));
  }
}
