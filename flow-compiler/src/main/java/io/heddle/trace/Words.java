package io.heddle.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A line of words, read from left to right; what stands in double quotes is one word. */
public final class Words {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|\\S+");

  private record Word(String text, boolean quoted) {}

  private final List<Word> words = new ArrayList<>();
  private int next;

  public Words(String line) {
    var matcher = WORD.matcher(line);
    while (matcher.find()) {
      var quoted = matcher.group(1);
      words.add(quoted == null ? new Word(matcher.group(), false) : new Word(quoted, true));
    }
  }

  public boolean more() {
    return next < words.size();
  }

  public boolean nextIsQuoted() {
    return more() && words.get(next).quoted();
  }

  /** Takes the next word. */
  public String word(String what) {
    if (!more()) {
      throw new IllegalArgumentException(what + " is missing at the end");
    }
    return words.get(next++).text();
  }

  /** Takes the next word if it is this one. */
  public boolean take(String keyword) {
    boolean same = more() && words.get(next).equals(new Word(keyword, false));
    if (same) {
      next++;
    }
    return same;
  }

  public void expect(String keyword) {
    if (!take(keyword)) {
      throw new IllegalArgumentException(
          more()
              ? "\"" + keyword + "\" should stand where \"" + words.get(next).text() + "\" stands"
              : "\"" + keyword + "\" is missing at the end");
    }
  }

  /** A number, decimal or with 0x, of at most that many bits. */
  public int number(String what, int bits) {
    var text = word(what);
    try {
      long number = Long.decode(text);
      if (number >= 0 && number < 1L << bits) {
        return (int) number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("\"" + text + "\" is no " + what + " of " + bits + " bits");
  }

  public void end() {
    if (more()) {
      throw new IllegalArgumentException("\"" + words.get(next).text() + "\" was not expected");
    }
  }
}
