package io.heddle.neighbour;

import inet.ipaddr.IPAddress;
import io.heddle.model.Prefix;
import io.heddle.v1.LogicalRouter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * After how long a router asks its neighbours again: the option mac_binding_age_threshold as
 * ovn-nb(5) has it, "[CIDR:]SECONDS" and more of them after semicolons, the longest prefix holds; 0
 * is never. What cannot be read is as if it was not there.
 */
final class Ages {
  private static final String OPTION = "mac_binding_age_threshold";
  private static final Pattern ENTRY = Pattern.compile("(?:(.+/[0-9]{1,3}):)?([0-9]{1,9})");

  private Ages() {}

  private record Entry(Optional<Prefix> of, Duration age) {
    int length() {
      return of.map(Prefix::length).orElse(-1);
    }
  }

  /** Empty for never. */
  static Optional<Duration> of(LogicalRouter router, IPAddress neighbour) {
    return Arrays.stream(router.getOptionsOrDefault(OPTION, "").split(";"))
        .flatMap(text -> entry(text.strip()).stream())
        .filter(entry -> entry.of().stream().allMatch(prefix -> prefix.contains(neighbour)))
        .max(Comparator.comparingInt(Entry::length))
        .map(Entry::age)
        .or(() -> Optional.of(Limits.DEFAULT_AGE))
        .filter(age -> !age.isZero());
  }

  private static Optional<Entry> entry(String text) {
    var matcher = ENTRY.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      var prefix = Optional.ofNullable(matcher.group(1)).map(Prefix::of);
      return Optional.of(new Entry(prefix, Duration.ofSeconds(Long.parseLong(matcher.group(2)))));
    } catch (IllegalArgumentException noPrefix) {
      return Optional.empty();
    }
  }
}
