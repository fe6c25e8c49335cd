package io.heddle.model.relation;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.UUID;

/** UUIDs as messages hold them: 16 bytes, the highest first. */
public final class UuidBytes {
  static final int LENGTH = 16;

  private UuidBytes() {}

  public static ByteString of(UUID uuid) {
    var bytes = ByteBuffer.allocate(LENGTH);
    bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    return ByteString.copyFrom(bytes.flip());
  }

  /**
   * @throws IllegalArgumentException where they are not 16
   */
  public static UUID uuid(ByteString bytes) {
    if (bytes.size() != LENGTH) {
      throw new IllegalArgumentException("a UUID of " + bytes.size() + " bytes");
    }
    var buffer = bytes.asReadOnlyByteBuffer();
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
