package io.heddle.northbound.client;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The command line {@code heddlectl}. */
@Command(
    name = "heddlectl",
    description = "Reads and changes the networks of a Heddle controller.",
    mixinStandardHelpOptions = true,
    version = "heddlectl 0.1.0",
    subcommands = {
      ApplyCommand.class,
      DeleteCommand.class,
      GetCommand.class,
      ListCommand.class,
      WatchCommand.class,
      WaitCommand.class,
      ProblemsCommand.class,
      StatusCommand.class,
      AuditCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:refused: the request is wrong, or conflicts with what is there, or exceeds a limit",
      "2:the command line or the file is wrong",
      "3:no answer from the controller",
      "4:there is no such row",
      "5:not in time",
      "6:the controller is not ready"
    })
public final class Heddlectl {
  @Option(
      names = {"-s", "--server"},
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT[,...]",
      defaultValue = "${env:HEDDLE_SERVER:-" + HeddleClient.DEFAULT_SERVER + "}",
      description =
          "the controller's API, or that of each member (default: $HEDDLE_SERVER or "
              + HeddleClient.DEFAULT_SERVER
              + ")")
  private String server;

  @Option(
      names = "--token-file",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      defaultValue = "${env:HEDDLE_TOKEN_FILE:-}",
      description = "show the token that this file holds (default: $HEDDLE_TOKEN_FILE)")
  private String tokenFile;

  @Mixin private TlsOptions tls = new TlsOptions();

  Heddlectl() {}

  /** What a command cannot do, and the exit code that says so. */
  static final class FailedException extends RuntimeException {
    private final int exitCode;
    private final transient List<String> lines;

    FailedException(int exitCode, List<String> lines) {
      super(String.join("\n", lines));
      this.exitCode = exitCode;
      this.lines = lines;
    }
  }

  String server() {
    return server;
  }

  HeddleClient connect(CommandLine command) {
    try {
      return tls.connect(server, token(command), command);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, "--server " + server + ": " + e.getMessage(), e);
    }
  }

  private Optional<String> token(CommandLine command) {
    if (tokenFile.isEmpty()) {
      return Optional.empty();
    }
    String token;
    try {
      token = Files.readString(Path.of(tokenFile)).strip();
    } catch (IOException e) {
      throw new ParameterException(command, "--token-file cannot be read: " + e, e);
    }
    if (!token.matches("[!-~]+")) {
      throw new ParameterException(command, "--token-file " + tokenFile + " holds no token");
    }
    return Optional.of(token);
  }

  public static void main(String... arguments) {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /** Runs one command line and returns its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    var heddlectl = new Heddlectl();
    return new CommandLine(heddlectl)
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, heddlectl.server(), err))
        .execute(arguments);
  }

  private static int failed(Exception failure, String server, PrintWriter err) throws Exception {
    if (failure instanceof FailedException failed) {
      print(failed.lines, err);
      return failed.exitCode;
    }
    if (failure instanceof StatusRuntimeException refused) {
      print(Failures.lines(refused, List.of(), server), err);
      return Failures.exitCode(refused);
    }
    throw failure;
  }

  private static void print(List<String> lines, PrintWriter err) {
    lines.forEach(line -> err.println("heddlectl: " + RowText.safe(line)));
  }
}
