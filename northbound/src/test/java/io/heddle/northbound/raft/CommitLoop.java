package io.heddle.northbound.raft;

import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Transaction;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A process that commits until it is killed or has done its share, and tells each acknowledgement
 * with one write to standard output: "ack REQUEST REVISION".
 */
public final class CommitLoop {
  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private CommitLoop() {}

  /** A transaction that makes a row of its own each time it is applied. */
  static Transaction transaction(String request) {
    var row = LogicalSwitch.newBuilder().putExternalIds("request", request).build();
    return Edit.transaction(Edit.put(row)).toBuilder().setRequestId(request).build();
  }

  /** Starts the loop in a process of its own, perhaps under another program. */
  static Process start(List<String> under, Path data, String prefix, int inFlight, int commits)
      throws IOException {
    return start(
        under,
        CommitLoop.class,
        data.toString(),
        prefix,
        String.valueOf(inFlight),
        String.valueOf(commits));
  }

  static Process start(List<String> under, Class<?> program, String... args) throws IOException {
    var command = new ArrayList<>(under);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            program.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Data folder, prefix of the request ids, commits in flight, commits in all. */
  public static void main(String[] args) throws InterruptedException {
    int inFlight = Integer.parseInt(args[2]);
    int commits = Integer.parseInt(args[3]);
    try (var store = RaftStore.open(StoreSettings.alone(Path.of(args[0])))) {
      tell("open");
      var room = new Semaphore(inFlight);
      for (int i = 0; i < commits; i++) {
        room.acquire();
        var request = args[1] + "-" + i;
        store
            .commit(transaction(request))
            .whenComplete(
                (outcome, error) -> {
                  tell(
                      outcome instanceof Outcome.Committed done
                          ? "ack " + request + " " + done.receipt().getRevision()
                          : "failed " + request + " " + error);
                  room.release();
                });
      }
      room.acquire(inFlight);
    }
  }

  static void tell(String line) {
    try {
      OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
