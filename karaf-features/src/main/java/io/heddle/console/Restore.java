package io.heddle.console;

import io.heddle.model.Restoration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** {@code heddle:restore}. */
@Service
@Command(
    scope = "heddle",
    name = "restore",
    description = "Puts the rows of a backup in the place of all rows")
public final class Restore extends Order {
  @Argument(index = 0, name = "file", description = "On this machine", required = true)
  private String file;

  @Override
  void carryOut(Session answering) throws Exception {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(Path.of(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e, e);
    }
    long revision = Committing.commit(this, answering, Restoration.of(bytes));
    answering.getConsole().printf("Restored; revision %d.%n", revision);
  }
}
