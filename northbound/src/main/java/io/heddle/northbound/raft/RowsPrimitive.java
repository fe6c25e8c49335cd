package io.heddle.northbound.raft;

import io.atomix.primitive.PrimitiveBuilder;
import io.atomix.primitive.PrimitiveManagementService;
import io.atomix.primitive.PrimitiveType;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.primitive.SyncPrimitive;
import io.atomix.primitive.config.PrimitiveConfig;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.primitive.service.BackupInput;
import io.atomix.primitive.service.BackupOutput;
import io.atomix.primitive.service.Commit;
import io.atomix.primitive.service.PrimitiveService;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.primitive.service.ServiceContext;
import io.atomix.primitive.session.Session;
import io.atomix.primitive.session.SessionId;
import io.atomix.utils.serializer.Namespaces;
import io.atomix.utils.serializer.Serializer;
import io.atomix.utils.time.WallClockTimestamp;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/**
 * The replica as a primitive of Atomix. Its operations take and return bytes, so that the library's
 * object serialization never meets a type of ours; the outcomes of commits reach their waiters
 * through the replica itself.
 */
@SuppressWarnings("rawtypes")
final class RowsPrimitive
    implements PrimitiveType<PrimitiveBuilder, PrimitiveConfig, SyncPrimitive>,
        PrimitiveTypeRegistry {
  static final String NAME = "heddle-rows";

  private static final OperationId APPLY = OperationId.command("apply");
  private static final OperationId NEWEST = OperationId.query("newest");
  private static final byte[] NOTHING = new byte[0];

  private final Replica replica;
  private final BooleanSupplier awaited;

  /**
   * @param awaited whether somebody waits here for what is to be applied
   */
  RowsPrimitive(Replica replica, BooleanSupplier awaited) {
    this.replica = replica;
    this.awaited = awaited;
  }

  boolean isAwaited() {
    return awaited.getAsBoolean();
  }

  /** Why the replica cannot be trusted, if so. */
  Optional<String> damage() {
    return replica.damage();
  }

  static PrimitiveOperation apply(byte[] batch) {
    return PrimitiveOperation.operation(APPLY, batch);
  }

  /** Asks for the newest revision, 8 bytes. */
  static PrimitiveOperation newest() {
    return PrimitiveOperation.operation(NEWEST, NOTHING);
  }

  static long revision(byte[] answer) {
    return ByteBuffer.wrap(answer).getLong();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Collection<PrimitiveType> getPrimitiveTypes() {
    return List.of(this);
  }

  @Override
  public PrimitiveType getPrimitiveType(String typeName) {
    if (!typeName.equals(NAME)) {
      throw new IllegalArgumentException("the log speaks of a primitive " + typeName);
    }
    return this;
  }

  @Override
  public PrimitiveConfig newConfig() {
    throw new UnsupportedOperationException("sessions are opened directly");
  }

  @Override
  public PrimitiveBuilder newBuilder(
      String name, PrimitiveConfig config, PrimitiveManagementService management) {
    throw new UnsupportedOperationException("sessions are opened directly");
  }

  @Override
  public PrimitiveService newService(ServiceConfig config) {
    return new Service(replica);
  }

  private static final class Service implements PrimitiveService {
    private static final Serializer SERIALIZER = Serializer.using(Namespaces.BASIC);

    private final Replica replica;

    Service(Replica replica) {
      this.replica = replica;
    }

    @Override
    public byte[] apply(Commit<byte[]> commit) {
      if (commit.operation().equals(NEWEST)) {
        return ByteBuffer.allocate(Long.BYTES).putLong(replica.newest()).array();
      }
      replica.apply(commit.index(), commit.value());
      return NOTHING;
    }

    /** Index (8 bytes), length (8), CRC-32C (8) and the bytes of the snapshot. */
    @Override
    public void backup(BackupOutput output) {
      Replica.Saved saved;
      try {
        saved = replica.save();
      } catch (RuntimeException e) {
        // The library takes an exception for a finished snapshot and would then delete the log.
        throw new AssertionError("the state could not be saved, so the log is kept", e);
      }
      output.writeLong(saved.index());
      output.writeLong(saved.snapshot().length);
      output.writeLong(checksum(saved.snapshot()));
      output.write(saved.snapshot());
    }

    /**
     * The library logs an exception and goes on with no state: the replica remembers it instead.
     */
    @Override
    public void restore(BackupInput input) {
      try {
        long index = input.readLong();
        long length = input.readLong();
        long expected = input.readLong();
        if (length < 0 || length > input.remaining()) {
          replica.damaged(
              "the snapshot of log entry "
                  + index
                  + " has "
                  + input.remaining()
                  + " of its "
                  + length
                  + " bytes");
          return;
        }
        var bytes = input.readBytes((int) length);
        if (checksum(bytes) != expected) {
          replica.damaged("the snapshot of log entry " + index + " has a wrong checksum");
          return;
        }
        replica.restore(new Replica.Saved(index, bytes));
      } catch (RuntimeException e) {
        replica.damaged("the snapshot cannot be read: " + e);
      }
    }

    private static long checksum(byte[] bytes) {
      var crc = new CRC32C();
      crc.update(bytes);
      return crc.getValue();
    }

    @Override
    public void init(ServiceContext context) {}

    @Override
    public void tick(WallClockTimestamp timestamp) {}

    @Override
    public Serializer serializer() {
      return SERIALIZER;
    }

    @Override
    public void register(Session session) {}

    @Override
    public void expire(SessionId session) {}

    @Override
    public void close(SessionId session) {}
  }
}
