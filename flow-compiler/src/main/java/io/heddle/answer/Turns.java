package io.heddle.answer;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * What waits in several lines, of which each has its turn: who has much to ask waits for nobody but
 * themselves. There is room for so much in all, and who has most of it loses first. For one thread
 * at a time.
 *
 * @param <K> by which lines are told apart
 */
public final class Turns<K, V> {
  private final int most;

  /** None empty, and the first is the next one's. */
  private final LinkedHashMap<K, Deque<V>> lines = new LinkedHashMap<>();

  private int size;

  public Turns(int most) {
    this.most = most;
  }

  /** Returns what there is no room for: it, or the last of the longest line. */
  public Optional<V> add(K key, V value) {
    if (size < most) {
      lines.computeIfAbsent(key, k -> new ArrayDeque<>()).add(value);
      size++;
      return Optional.empty();
    }
    var own = Optional.ofNullable(lines.get(key)).map(Deque::size).orElse(0);
    var longest = longest();
    if (longest.isEmpty() || own >= lines.get(longest.get()).size()) {
      return Optional.of(value);
    }
    var line = lines.get(longest.get());
    var last = line.removeLast();
    if (line.isEmpty()) {
      lines.remove(longest.get());
    }
    size--;
    add(key, value);
    return Optional.of(last);
  }

  private Optional<K> longest() {
    return lines.keySet().stream().max(Comparator.comparingInt(key -> lines.get(key).size()));
  }

  /** Takes out the first of the line whose turn it is. */
  public Optional<V> next() {
    var first = lines.entrySet().iterator();
    if (!first.hasNext()) {
      return Optional.empty();
    }
    var entry = first.next();
    first.remove();
    size--;
    var line = entry.getValue();
    var next = line.remove();
    if (!line.isEmpty()) {
      lines.put(entry.getKey(), line);
    }
    return Optional.of(next);
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public void clear() {
    lines.clear();
    size = 0;
  }
}
