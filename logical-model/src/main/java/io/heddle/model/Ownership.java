package io.heddle.model;

import io.heddle.v1.Controller;
import io.heddle.v1.Division;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which member answers for which chassis. It follows from a snapshot, so that all members that have
 * applied the same log say the same; and from the chassis' name, so that a host has an owner before
 * it has a row. Other work that only one of several members may do is divided in the same way.
 *
 * <p>Members are weighed by rendezvous: each gets a score that is a hash of its name and the
 * chassis', and the highest owns the chassis. When a member goes its chassis alone move, evenly to
 * the others; when one comes it takes its share from all of them and nothing else moves.
 *
 * @see <a href="https://doi.org/10.1109/90.663936">Thaler, Ravishankar: Using Name-Based Mappings
 *     to Increase Hit Rates</a>
 */
public final class Ownership {
  private static final double UNIT = 0x1p-53;

  private final String self;
  private final long epoch;
  private final SortedMap<String, Integer> shares;

  private Ownership(String self, long epoch, Map<String, Integer> shares) {
    this.self = self;
    this.epoch = epoch;
    this.shares = new TreeMap<>(shares);
  }

  /** This member, being the only one, owns all. */
  public static Ownership sole(String self, long epoch) {
    return new Ownership(self, epoch, Map.of(self, 1));
  }

  /** As these members, by name, have agreed on; without any, nobody owns anything. */
  public static Ownership divided(String self, long epoch, Map<String, Integer> shares) {
    return new Ownership(self, epoch, shares);
  }

  /**
   * As the snapshot says.
   *
   * @param self this member's name
   * @param alone whether it is the only member; then it owns all since its last start, whatever was
   *     agreed before
   */
  public static Ownership of(Snapshot snapshot, String self, boolean alone) {
    var division = snapshot.rows(Division.class).values().stream().findFirst();
    long agreed = division.map(Row::version).orElse(0L);
    if (alone) {
      long started = start(snapshot, self).map(Row::version).orElse(0L);
      return sole(self, Math.max(agreed, started));
    }
    return divided(
        self, agreed, division.map(d -> d.as(Division.class).getSharesMap()).orElse(Map.of()));
  }

  /** As the snapshot says to one who sees these members. */
  public static Ownership of(Snapshot snapshot, Membership.View view) {
    return of(snapshot, view.self(), view.members().equals(Set.of(view.self())));
  }

  private static Optional<Row> start(Snapshot snapshot, String self) {
    var kind = Schema.rows().kind(Controller.class);
    return snapshot.named(kind, self).stream()
        .findFirst()
        .flatMap(uuid -> snapshot.row(kind, uuid));
  }

  /** Whether a change of rows of this kind may change who owns what. */
  public static boolean follows(Kind kind) {
    return kind.type() == Division.class || kind.type() == Controller.class;
  }

  /**
   * Grows with every change, and so does for the generation_id of role requests (OpenFlow 1.3
   * section 6.3.6); 0 while nothing is agreed.
   */
  public long epoch() {
    return epoch;
  }

  public String self() {
    return self;
  }

  /** Whether anybody owns anything. */
  public boolean agreed() {
    return !shares.isEmpty();
  }

  /** The other members that own chassis. */
  public Set<String> others() {
    var others = new TreeSet<>(shares.keySet());
    others.remove(self);
    return others;
  }

  /** Whether this member owns the chassis of that name, or does the work that is called so. */
  public boolean mine(String name) {
    return owner(name).filter(self::equals).isPresent();
  }

  /** The member that owns it; empty while nothing is agreed. */
  public Optional<String> owner(String name) {
    if (shares.size() == 1) {
      return Optional.of(shares.firstKey());
    }
    Optional<String> best = Optional.empty();
    double highest = 0;
    for (var share : shares.entrySet()) {
      double score = share.getValue() / -StrictMath.log(hash(share.getKey(), name));
      if (score > highest) {
        highest = score;
        best = Optional.of(share.getKey());
      }
    }
    return best;
  }

  /** Between 0 and 1, and neither. */
  private static double hash(String member, String name) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(member.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      long bits = ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
      return ((bits >>> 11) + 0.5) * UNIT;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return self + " of " + shares + " since " + epoch;
  }
}
