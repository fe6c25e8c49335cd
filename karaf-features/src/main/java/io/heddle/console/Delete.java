package io.heddle.console;

import io.heddle.model.Edit;
import io.heddle.model.Schema;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** {@code heddle:delete}. */
@Service
@Command(scope = "heddle", name = "delete", description = "Deletes a row, and what belongs to it")
public final class Delete extends Order {
  @Argument(
      index = 0,
      name = "kind",
      description = "The kind of row, for instance LogicalSwitchPort",
      required = true)
  @Completion(KindCompleter.class)
  private String kind;

  @Argument(index = 1, name = "name", description = "Its name or UUID", required = true)
  @Completion(NameCompleter.class)
  private String name;

  @Override
  void carryOut(Session answering) throws Exception {
    var known =
        Schema.rows()
            .kind(kind)
            .orElseThrow(() -> new IllegalArgumentException("there is no kind of row " + kind));
    var delete =
        isUuid()
            ? Edit.delete(known.type(), UUID.fromString(name))
            : Edit.delete(known.type(), name);
    long revision = Committing.commit(this, answering, Edit.transaction(delete));
    answering.getConsole().printf("Deleted; revision %d.%n", revision);
  }

  private boolean isUuid() {
    return name.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  }
}
