package io.heddle.ovsdb.wire;

/**
 * Why a connection ended.
 *
 * @param fault whether the host did something wrong
 */
public record Ending(String why, boolean fault) {
  public static Ending of(String why) {
    return new Ending(why, false);
  }

  public static Ending fault(String why) {
    return new Ending(why, true);
  }
}
