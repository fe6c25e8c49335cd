package io.heddle.northbound.raft;

import io.heddle.northbound.raft.StoreOpenException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * To which cluster the data of a folder belongs. It is written before the first entry of the log.
 */
record Charter(UUID cluster, Stage stage) {
  enum Stage {
    /** The others are asked to found this cluster; nobody has written anything yet. */
    PROPOSED,
    /** This member agrees to found it. */
    ACCEPTED,
    /** All have agreed, or have once: the log holds what this member has promised to others. */
    FOUNDED,
    /** This member joins a cluster that was there before it; its log counts for nothing yet. */
    JOINING
  }

  private static final String FILE = "cluster";

  boolean founded() {
    return stage == Stage.FOUNDED;
  }

  /**
   * @param folder of the member, not of its log
   * @throws StoreOpenException where there is a file that says something else
   */
  static Optional<Charter> read(Path folder) throws IOException {
    var file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      var found = new Properties();
      found.load(reader);
      return Optional.of(
          new Charter(
              UUID.fromString(found.getProperty("id", "")),
              Stage.valueOf(found.getProperty("stage", ""))));
    } catch (IllegalArgumentException e) {
      throw new StoreOpenException(Reason.DAMAGED, file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** It is on disk when this returns. */
  void write(Path folder) throws IOException {
    var next = folder.resolve(FILE + ".new");
    var text = "# The cluster whose data this folder holds.\nid=%s\nstage=%s\n";
    Files.writeString(next, text.formatted(cluster, stage));
    DataFolder.flush(next, StandardOpenOption.WRITE);
    Files.move(
        next,
        folder.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    DataFolder.flush(folder, StandardOpenOption.READ);
  }
}
