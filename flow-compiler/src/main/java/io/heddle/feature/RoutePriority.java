package io.heddle.feature;

/**
 * Which of several routes for a packet is taken: that of the longest prefix; of equal ones that to
 * a network of the router's own, then one by destination, then one by source.
 */
final class RoutePriority {
  private static final int KINDS = 3;
  private static final int LEAST = 10;

  private RoutePriority() {}

  static int connected(int prefixLength) {
    return LEAST + KINDS * prefixLength + 2;
  }

  static int byDestination(int prefixLength) {
    return LEAST + KINDS * prefixLength + 1;
  }

  static int bySource(int prefixLength) {
    return LEAST + KINDS * prefixLength;
  }
}
