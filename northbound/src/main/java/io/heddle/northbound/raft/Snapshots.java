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
 *   <li>a second one of the same entry is not completed. Where nothing is written for a while, a
 *       member takes a snapshot and gets the leader's of the same entry, which is the same file:
 *       the library would delete it as not needed, then drop the log, and not apply what follows.
 * </ul>
 */
final class Snapshots extends SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  private final RaftStorage storage;
  private final BooleanSupplier received;

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
    return received.getAsBoolean() ? made : new Own(made);
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
  private final class Own extends Snapshot {
    private final Snapshot made;

    Own(Snapshot made) {
      super(descriptor(made.index()), Snapshots.this);
      this.made = made;
    }

    @Override
    public Snapshot persist() {
      var current = getCurrentSnapshot();
      if (holds(index(), current)) {
        // Written once more it would be incomplete for a while.
        return current;
      }
      try {
        return made.persist();
      } catch (RuntimeException e) {
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
