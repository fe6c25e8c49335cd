package io.heddle.northbound.access;

import com.google.protobuf.Timestamp;
import io.heddle.v1.Origin;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A way into Heddle: it knows who comes in, and says so in what they commit. Who is refused is told
 * in the log, up to {@link #REFUSALS_TOLD} times in {@link #REFUSALS_SECONDS} seconds.
 */
public final class Door {
  /** Characters of a name in the audit log. */
  public static final int NAME_LENGTH = 128;

  static final int REFUSALS_TOLD = 10;
  static final int REFUSALS_SECONDS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private final String name;
  private final String member;
  private final Access access;
  private final InstantSource clock;
  private Instant since = Instant.EPOCH;
  private long refused;

  /**
   * @param name as the audit log calls it
   * @param member whose door it is
   */
  public Door(String name, String member, Access access) {
    this(name, member, access, InstantSource.system());
  }

  Door(String name, String member, Access access, InstantSource clock) {
    this.name = name;
    this.member = member;
    this.access = access;
    this.clock = clock;
  }

  /** Somebody comes in. */
  public Visitor visitor(Credentials shown) {
    return new Visitor(this, shown);
  }

  Access access() {
    return access;
  }

  /** Where what they commit now comes from. */
  Origin origin(Identity identity, Credentials shown) {
    var now = clock.instant();
    return Origin.newBuilder()
        .setTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
        .setProof(identity.proof())
        .setWho(shorten(identity.who()))
        .setDoor(name)
        .setAddress(shown.address())
        .setMember(member)
        .build();
  }

  /** What others chose, so that it neither fills the log nor forges its lines. */
  static String shorten(String text) {
    var line = text.length() <= NAME_LENGTH ? text : text.substring(0, NAME_LENGTH);
    return CONTROL.matcher(line).replaceAll("?");
  }

  /** Tells the log that somebody was refused, and of those of whom it was not told. */
  void refused(Optional<Identity> identity, Credentials shown, String why) {
    long untold;
    synchronized (this) {
      var now = clock.instant();
      if (!now.isBefore(since.plusSeconds(REFUSALS_SECONDS))) {
        untold = Math.max(0, refused - REFUSALS_TOLD);
        since = now;
        refused = 0;
      } else {
        untold = 0;
      }
      if (++refused > REFUSALS_TOLD) {
        return;
      }
    }
    if (untold > 0) {
      LOG.warn("{} more were refused at the door {} before", untold, name);
    }
    LOG.warn(
        "Refused at the door {}: {} from {}: {}",
        name,
        identity.map(Identity::toString).orElse("an unknown token"),
        shown.address(),
        why);
  }
}
