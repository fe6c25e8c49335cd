package io.heddle.northbound.access;

import io.heddle.v1.Origin;
import java.util.Optional;

/** Somebody at a {@link Door}. What they may do follows the file while they are there. */
public final class Visitor {
  private record Found(Grants by, Optional<Identity> identity) {}

  private final Door door;
  private final Credentials shown;
  private volatile Found found;

  Visitor(Door door, Credentials shown) {
    this.door = door;
    this.shown = shown;
    this.found = find(door.access().grants());
  }

  private Found find(Grants grants) {
    return new Found(grants, grants.of(shown));
  }

  /** Who they are; empty where the token that they show counts for nothing. */
  public Optional<Identity> identity() {
    var grants = door.access().grants();
    var last = found;
    if (last.by() != grants) {
      last = find(grants);
      found = last;
    }
    return last.identity();
  }

  public Credentials shown() {
    return shown;
  }

  public boolean may(Role role) {
    return identity().flatMap(Identity::role).filter(r -> r.covers(role)).isPresent();
  }

  /** Whether there would be a role for who shows something, or something else. */
  public boolean unproved() {
    return identity().map(i -> i.proof() == Origin.Proof.NONE).orElse(true);
  }

  /**
   * Tells the log that they may not, and returns why, for them.
   *
   * @param what they ask for
   */
  public String refuse(String what, Role needed) {
    var why = Door.shorten(what) + " needs the role " + needed + ", and " + standing();
    door.refused(identity(), shown, why);
    return why;
  }

  private String standing() {
    return identity()
        .map(i -> i + " has " + i.role().map(r -> "the role " + r).orElse("none"))
        .orElse("the token is unknown, or came in plain TCP from another machine");
  }

  /** Where a transaction that they ask for now comes from. */
  public Origin origin() {
    return door.origin(
        identity().orElse(new Identity(Origin.Proof.NONE, "", Optional.empty())), shown);
  }
}
