package io.heddle.model;

import io.heddle.v1.ClusterVersion;
import io.heddle.v1.EffectProto;
import io.heddle.v1.SnapshotProto;
import io.heddle.v1.TransactionProto;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a build of Heddle understands of the others. Members of two editions can keep one network
 * together while one after the other is replaced, because the newer does nothing that the older
 * would not do: whatever changes what is written to the log, what {@link StateMachine} makes of it
 * or what snapshots hold raises {@link #VERSION}, and has effect only where {@link #of} says that
 * all members have come so far.
 *
 * @param version the newest that it understands
 * @param schema of its kinds of row and messages: two builds of one version have the same
 */
public record Edition(int version, String schema) {
  /** This build's. */
  public static final int VERSION = 3;

  /** From which on new rows say false where {@code starts_false} asks for it. */
  static final int STARTING_FALSE = 2;

  /** From which on the log tells what transactions did, beside them. */
  public static final int EFFECTS = 3;

  /** The oldest in which a cluster may be that this build joins. */
  public static final int OLDEST = 1;

  public static final Edition OWN = new Edition(VERSION, fingerprint());

  /** The version that all members understand. */
  public static int of(Snapshot snapshot) {
    return snapshot.rows(ClusterVersion.class).values().stream()
        .findFirst()
        .map(row -> row.as(ClusterVersion.class).getVersion())
        .orElse(1);
  }

  /** Why it cannot have a part in a cluster of that version, if so. */
  public Optional<String> refuses(int cluster) {
    if (cluster > version) {
      return Optional.of(
          "all of its members understand version %d, and use it; this Heddle understands %d: use a newer one"
              .formatted(cluster, version));
    }
    return cluster < OLDEST
        ? Optional.of(
            "it is of version %d; this Heddle understands %d at least: update by way of an older one"
                .formatted(cluster, OLDEST))
        : Optional.empty();
  }

  /** Why it cannot have a part in one cluster with that edition, if so. */
  public Optional<String> refuses(Edition other) {
    return other.version == version && !other.schema.equals(schema)
        ? Optional.of(
            "its rows are other ones than here, though both are of version %d: they are two builds of which one is no release"
                .formatted(version))
        : Optional.empty();
  }

  /** Comments are not part of it. */
  private static String fingerprint() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      Schema.rows().kinds().stream()
          .map(kind -> kind.descriptor().getFile())
          .distinct()
          .sorted(Comparator.comparing(file -> file.getFullName()))
          .forEach(file -> digest.update(file.toProto().toByteArray()));
      digest.update(TransactionProto.getDescriptor().toProto().toByteArray());
      digest.update(SnapshotProto.getDescriptor().toProto().toByteArray());
      digest.update(EffectProto.getDescriptor().toProto().toByteArray());
      return HexFormat.of().formatHex(digest.digest(), 0, Long.BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
