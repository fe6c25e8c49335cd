package io.heddle.model;

import io.heddle.v1.AuditRecord;
import io.heddle.v1.KindChanges;
import io.heddle.v1.Origin;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which commits somebody wants to know of, and what they are told.
 *
 * @param after this revision
 * @param before this revision; {@link Long#MAX_VALUE} for all
 * @param since not earlier
 * @param until earlier
 * @param who the name of a certificate, token or user
 * @param limit at most so many, the newest
 */
public record AuditQuery(
    long after,
    long before,
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<String> who,
    int limit) {
  private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

  /** The newest first. */
  public List<AuditRecord> of(AuditLog log) {
    return log.newestFirst(after, before)
        .filter(record -> means(record.getOrigin()))
        .limit(limit)
        .toList();
  }

  private boolean means(Origin origin) {
    var time = time(origin);
    return who.stream().allMatch(origin.getWho()::equals)
        && since.stream().noneMatch(time::isBefore)
        && until.stream().allMatch(time::isBefore);
  }

  private static Instant time(Origin origin) {
    return Instant.ofEpochSecond(origin.getTime().getSeconds(), origin.getTime().getNanos());
  }

  /**
   * A moment as people say it: "2026-11-21T20:00:00Z" (RFC 3339), or how long ago: "90s", "15m",
   * "2h", "7d".
   *
   * @throws IllegalArgumentException where it is none
   */
  public static Instant moment(String text, Instant now) {
    var ago = AGO.matcher(text);
    if (ago.matches()) {
      long count = Long.parseLong(ago.group(1));
      return now.minus(
          switch (ago.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          });
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is neither like 2026-11-21T20:00:00Z nor like 90s, 15m, 2h or 7d", e);
    }
  }

  /** What a record says for people: revision, time, who, door, address, member and changes. */
  public static List<String> words(AuditRecord record) {
    var origin = record.getOrigin();
    return List.of(
        Long.toUnsignedString(record.getRevision()),
        origin.hasTime() ? time(origin).truncatedTo(ChronoUnit.MILLIS).toString() : "",
        who(origin),
        origin.getDoor(),
        origin.getAddress(),
        origin.getMember(),
        record.getChangesList().stream().map(AuditQuery::words).collect(Collectors.joining(", ")));
  }

  private static String who(Origin origin) {
    return switch (origin.getProof()) {
      case CERTIFICATE -> "certificate " + origin.getWho();
      case TOKEN -> "token " + origin.getWho();
      case CONSOLE -> "console " + origin.getWho();
      default -> "";
    };
  }

  private static String words(KindChanges changes) {
    var text = new StringBuilder(changes.getKind());
    append(text, " +", changes.getAdded());
    append(text, " ~", changes.getChanged());
    append(text, " -", changes.getRemoved());
    return text.toString();
  }

  private static void append(StringBuilder text, String sign, int count) {
    if (count > 0) {
      text.append(sign).append(count);
    }
  }
}
