package io.heddle.northbound.client;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.v1.api.ChassisStatus;
import io.heddle.v1.api.SystemStatus;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells how far the controller and each chassis are. */
@Command(
    name = "status",
    description = "Tells whether the controller is ready and how far each chassis is.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  @ParentCommand private Heddlectl heddlectl;
  @Spec private CommandSpec spec;

  @Option(
      names = "--until-ready",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "first wait so long at most for it to be there and ready")
  private long patience;

  @Option(names = "--json", description = "as JSON")
  private boolean json;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var client = heddlectl.connect(spec.commandLine())) {
      var status = status(client);
      out.print(json ? RowText.json(status) + "\n" : text(status));
      out.flush();
      return status.getReady() ? 0 : Failures.NOT_READY;
    }
  }

  private SystemStatus status(HeddleClient client) {
    long end = System.nanoTime() + Duration.ofSeconds(patience).toNanos();
    while (true) {
      try {
        var status = client.status();
        if (status.getReady() || System.nanoTime() - end >= 0) {
          return status;
        }
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Code.UNAVAILABLE || System.nanoTime() - end >= 0) {
          throw e;
        }
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }

  private static String text(SystemStatus status) {
    var text = new StringBuilder();
    text.append("ready     ").append(status.getReady() ? "yes" : "no").append('\n');
    status
        .getLackingList()
        .forEach(lack -> text.append("  ").append(RowText.safe(lack)).append('\n'));
    text.append("revision  ").append(Long.toUnsignedString(status.getRevision())).append('\n');
    text.append("compiled  ").append(Long.toUnsignedString(status.getCompiled())).append('\n');
    if (status.getPlanned() != 0) {
      text.append("plan      ").append(RowText.safe(status.getPlan()));
      text.append(" of revision ").append(Long.toUnsignedString(status.getPlanned())).append('\n');
    }
    if (status.getChassisCount() > 0) {
      var table = new Table("CHASSIS", "CONNECTED", "INSTALLED", "PLAN", "UUID");
      status.getChassisList().forEach(chassis -> add(table, chassis));
      text.append('\n').append(table.text());
    }
    return text.toString();
  }

  private static void add(Table table, ChassisStatus chassis) {
    table.add(
        chassis.getName(),
        chassis.getConnected() ? "yes" : "no",
        chassis.getConnected() ? Long.toUnsignedString(chassis.getInstalled()) : "-",
        chassis.getPlan().isEmpty() ? "-" : RowText.safe(chassis.getPlan()),
        chassis.getUuid());
  }
}
