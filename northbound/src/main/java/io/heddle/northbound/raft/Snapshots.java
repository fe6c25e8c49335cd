package io.heddle.northbound.raft;

import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.protocols.raft.storage.snapshot.SnapshotDescriptor;
import io.atomix.protocols.raft.storage.snapshot.SnapshotReader;
import io.atomix.protocols.raft.storage.snapshot.SnapshotStore;
import io.atomix.protocols.raft.storage.snapshot.SnapshotWriter;
import io.atomix.utils.time.WallClockTimestamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The library's snapshots, but
 *
 * <ul>
 *   <li>one that could not be written, for the disk was full perhaps, is given up: the library
 *       would wait for it for ever, and drop nothing of the log any more. It takes the next when
 *       the log has grown by a file;
 *   <li>of two of the same entry only the first is written and completed. Where nothing is written
 *       for a while, a member takes a snapshot and gets the leader's of the same entry, which is
 *       the same file: the library would write both into it at the same time, delete it as not
 *       needed, then drop the log, and not apply what follows.
 * </ul>
 */
final class Snapshots extends SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  private final RaftStorage storage;
  private final BooleanSupplier received;

  /** What is written, and waits to be completed, by its entry. */
  private final NavigableMap<Long, Snapshot> written = new TreeMap<>();

  /**
   * @param received whether it is another member's snapshot that is asked for in this thread; there
   *     the library knows what to do
   */
  Snapshots(RaftStorage storage, BooleanSupplier received) {
    super(storage);
    this.storage = storage;
    this.received = received;
  }

  @Override
  public Snapshot newTemporarySnapshot(long index, WallClockTimestamp timestamp) {
    var made = super.newTemporarySnapshot(index, timestamp);
    return new Temporary(made, received.getAsBoolean());
  }

  /**
   * Of two that write the same one, in two threads, the second waits and gets the first's. What is
   * on disk is not written again: it would be incomplete for a while.
   */
  private synchronized Snapshot persist(Snapshot made) {
    var current = getCurrentSnapshot();
    if (current != null) {
      written.headMap(current.index(), true).clear();
    }
    return holds(made.index(), current)
        ? current
        : written.computeIfAbsent(made.index(), index -> made.persist());
  }

  @Override
  protected synchronized void completeSnapshot(Snapshot snapshot) {
    if (!holds(snapshot.index(), getCurrentSnapshot())) {
      super.completeSnapshot(snapshot);
    }
  }

  private static boolean holds(long index, Snapshot current) {
    return current != null && current.index() == index;
  }

  private Path file(long index) {
    return storage.directory().toPath().resolve(storage.prefix() + "-" + index + ".snapshot");
  }

  private static SnapshotDescriptor descriptor(long index) {
    return SnapshotDescriptor.builder().withIndex(index).withTimestamp(0).build();
  }

  /** In memory until it is to be kept. */
  private final class Temporary extends Snapshot {
    private final Snapshot made;
    private final boolean another;

    /**
     * @param another whether it is another member's
     */
    Temporary(Snapshot made, boolean another) {
      super(descriptor(made.index()), Snapshots.this);
      this.made = made;
      this.another = another;
    }

    @Override
    public Snapshot persist() {
      try {
        return Snapshots.this.persist(made);
      } catch (RuntimeException e) {
        if (another) {
          throw e;
        }
        LOG.error("The snapshot of entry {} cannot be written, so the log is kept", index(), e);
        discard();
        return new GivenUp();
      }
    }

    private void discard() {
      var file = file(index());
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.warn("{} stays until a restart", file, e);
      }
    }

    @Override
    public SnapshotWriter openWriter() {
      return made.openWriter();
    }

    @Override
    public SnapshotReader openReader() {
      return made.openReader();
    }

    @Override
    public boolean isPersisted() {
      return false;
    }

    @Override
    public void close() {
      made.close();
    }
  }

  /** One that holds nothing, so that nothing of the log is dropped for it. */
  private final class GivenUp extends Snapshot {
    GivenUp() {
      super(descriptor(0), Snapshots.this);
    }

    @Override
    public Snapshot complete() {
      return this;
    }

    @Override
    public SnapshotWriter openWriter() {
      throw new IllegalStateException("it is given up");
    }

    @Override
    public SnapshotReader openReader() {
      throw new IllegalStateException("it is given up");
    }

    @Override
    public boolean isPersisted() {
      return true;
    }
  }
}
