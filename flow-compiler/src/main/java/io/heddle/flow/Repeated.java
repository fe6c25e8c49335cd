package io.heddle.flow;

/**
 * Lets equal actions be one object: of some hundred thousand that set a register, all but a few
 * thousand are the same. Those made lately are remembered, each at the one place that its hash
 * gives it, so a new one may push another out, which then is made once more. Any number of threads
 * may ask: what one of them does not see yet it makes itself.
 */
final class Repeated {
  /** A power of two. */
  private static final int PLACES = 8192;

  private static final Action[] LATELY = new Action[PLACES];

  private Repeated() {}

  /** One equal to it, most likely that which was made before. */
  static Action one(Action made) {
    int hash = made.hashCode() * 0x9e37_79b9;
    int place = (hash ^ hash >>> 16) & PLACES - 1;
    var known = LATELY[place];
    if (made.equals(known)) {
      return known;
    }
    LATELY[place] = made;
    return made;
  }
}
