package io.heddle.openflow;

import java.util.Arrays;

/**
 * How often each cookie is there. Nearly all are there once and stay: those of a comparison stand
 * in order in one array, and only what changed since in a table.
 */
final class Cookies {
  /** So many changes are kept in any case, and as many as this part of those in order. */
  private static final int FEW_CHANGES = 64;

  private static final int PART = 16;

  /** In order, each as often as it is there. */
  private long[] ordered;

  /** What is to be added to how often a cookie is in order. */
  private LongTable changes = new LongTable();

  /** Different ones. */
  private int size;

  private Cookies(long[] ordered, int size) {
    this.ordered = ordered;
    this.size = size;
  }

  static Cookies none() {
    return new Cookies(new long[0], 0);
  }

  /** As often as the table says. */
  static Cookies of(LongTable counts) {
    var cookies = none();
    cookies.changes = counts;
    cookies.size = counts.size();
    cookies.order();
    return cookies;
  }

  /** Different ones. */
  int size() {
    return size;
  }

  int count(long cookie) {
    return inOrder(cookie) + changes.get(cookie);
  }

  /** Adds to how often the cookie is there; how often it is now. */
  int add(long cookie, int amount) {
    int now = inOrder(cookie) + changes.add(cookie, amount);
    if (now == 0) {
      size--;
    } else if (now == amount) {
      size++;
    }
    if (changes.size() > FEW_CHANGES + ordered.length / PART) {
      order();
    }
    return now;
  }

  private int inOrder(long cookie) {
    int found = Arrays.binarySearch(ordered, cookie);
    if (found < 0) {
      return 0;
    }
    int first = found;
    while (first > 0 && ordered[first - 1] == cookie) {
      first--;
    }
    int end = found + 1;
    while (end < ordered.length && ordered[end] == cookie) {
      end++;
    }
    return end - first;
  }

  /** Takes the changes in. */
  private void order() {
    var counts = changes;
    changes = new LongTable();
    for (long cookie : ordered) {
      counts.add(cookie, 1);
    }
    int[] total = {0};
    counts.forEach((cookie, count) -> total[0] += count);
    var all = new long[total[0]];
    int[] next = {0};
    counts.forEach(
        (cookie, count) -> {
          Arrays.fill(all, next[0], next[0] + count, cookie);
          next[0] += count;
        });
    Arrays.sort(all);
    ordered = all;
  }
}
