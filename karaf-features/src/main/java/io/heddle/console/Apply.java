package io.heddle.console;

import io.heddle.model.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.FileCompleter;

/** {@code heddle:apply}. */
@Service
@Command(
    scope = "heddle",
    name = "apply",
    description = "Writes the rows of a file, all of them or none",
    detailedDescription = "classpath:apply.txt")
public final class Apply implements Action {
  @Reference private Store store;
  @Reference private Session session;

  @Argument(
      name = "file",
      description = "A file of rows in JSON, on the machine that Heddle runs on",
      required = true)
  @Completion(FileCompleter.class)
  private String file;

  @Override
  public Object execute() throws Exception {
    var transaction = RowFile.parse(Files.readString(Path.of(file)));
    session.getConsole().println("wrote " + Committing.commit(store, transaction));
    return null;
  }
}
