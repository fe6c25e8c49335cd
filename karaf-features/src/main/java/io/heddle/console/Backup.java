package io.heddle.console;

import io.heddle.model.SnapshotFile;
import io.heddle.model.Store;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** {@code heddle:backup}. */
@Service
@Command(scope = "heddle", name = "backup", description = "Writes all rows to one file")
public final class Backup extends Order {
  @Argument(index = 0, name = "file", description = "On this machine", required = true)
  private String file;

  @Override
  void carryOut(Session answering) throws Exception {
    var snapshot = part(Store.class).snapshot();
    var target = Path.of(file).toAbsolutePath();
    // Whoever finds a file by that name finds a whole one.
    var next = target.resolveSibling(target.getFileName() + ".new");
    try (var channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var out = new BufferedOutputStream(Channels.newOutputStream(channel));
      SnapshotFile.write(snapshot, out);
      out.flush();
      channel.force(true);
    } catch (IOException e) {
      throw new IllegalArgumentException(next + " cannot be written: " + e, e);
    }
    Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    answering.getConsole().printf("Wrote revision %d to %s.%n", snapshot.revision(), target);
  }
}
