package io.heddle.northbound.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody may do; each role has all that stands before it. */
public enum Role {
  /** Sees everything. */
  READ,
  /** Commits. */
  WRITE,
  /** Removes members, backs up, restores, and sees who did what. */
  ADMIN;

  /** The one that is called that. */
  public static Optional<Role> of(String text) {
    return Arrays.stream(values()).filter(role -> role.toString().equals(text)).findFirst();
  }

  boolean covers(Role other) {
    return compareTo(other) >= 0;
  }

  /** As the file has it: "read". */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
