package io.heddle.northbound.client;

import io.grpc.StatusRuntimeException;
import io.heddle.model.Kind;
import io.heddle.northbound.client.Heddlectl.FailedException;
import io.heddle.v1.Operation;
import io.heddle.v1.Transaction;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Deletes rows, all of them or none. */
@Command(
    name = "delete",
    description = "Deletes rows of one kind and what cannot be without them: all of it or nothing.",
    mixinStandardHelpOptions = true)
final class DeleteCommand implements Callable<Integer> {
  @ParentCommand private Heddlectl heddlectl;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      converter = KindParameter.class,
      completionCandidates = KindParameter.class,
      description = "one of ${COMPLETION-CANDIDATES}")
  private Kind kind;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "names or UUIDs")
  private List<String> names;

  @Override
  public Integer call() {
    var transaction = Transaction.newBuilder();
    names.forEach(
        name ->
            transaction.addOperations(
                Operation.newBuilder().setDelete(KindParameter.row(kind, name))));
    try (var client = heddlectl.connect(spec.commandLine())) {
      var receipt = client.commit(transaction.build());
      spec.commandLine()
          .getOut()
          .println("revision " + Long.toUnsignedString(receipt.getRevision()));
    } catch (StatusRuntimeException e) {
      var labels = names.stream().map(name -> "delete").toList();
      throw new FailedException(
          Failures.exitCode(e), Failures.lines(e, labels, heddlectl.server()));
    }
    return 0;
  }
}
