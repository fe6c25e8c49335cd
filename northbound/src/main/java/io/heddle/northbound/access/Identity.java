package io.heddle.northbound.access;

import io.heddle.v1.Origin.Proof;
import java.util.Optional;

/**
 * Who somebody is found to be, and what they may do.
 *
 * @param who the name that gives the role, else the first that was proved; empty where none was
 */
public record Identity(Proof proof, String who, Optional<Role> role) {
  /** As in {@code certificate "hv1"}. */
  @Override
  public String toString() {
    return switch (proof) {
      case CERTIFICATE -> "certificate \"" + Door.shorten(who) + "\"";
      case TOKEN -> "token \"" + Door.shorten(who) + "\"";
      default -> "who shows neither certificate nor token";
    };
  }
}
