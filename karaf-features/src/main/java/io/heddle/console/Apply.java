package io.heddle.console;

import io.heddle.northbound.rowfile.RowFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
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
public final class Apply extends Order {
  @Argument(
      name = "file",
      description = "A file of rows in JSON or YAML, on the machine that Heddle runs on",
      required = true)
  @Completion(FileCompleter.class)
  private String file;

  @Override
  void carryOut(Session answering) throws Exception {
    var rows = parse(file, text(file));
    long revision = Committing.commit(this, answering, rows.transaction());
    answering
        .getConsole()
        .printf("Wrote %d rows; revision %d.%n", rows.transaction().getOperationsCount(), revision);
  }

  private static String text(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e, e);
    }
  }

  private static RowFile parse(String file, String text) {
    try {
      var rows = RowFile.parse(file, text);
      if (rows.transaction().getObservation()) {
        throw new IllegalArgumentException(file + ": observations are for Heddle alone to write");
      }
      return rows;
    } catch (RowFile.MalformedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
