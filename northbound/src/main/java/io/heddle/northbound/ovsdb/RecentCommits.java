package io.heddle.northbound.ovsdb;

import io.heddle.northbound.ovsdb.Database.Commit;
import io.heddle.northbound.ovsdb.Database.Listening;
import io.heddle.northbound.ovsdb.Database.View;
import java.util.HashSet;
import java.util.List;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The newest commits of one database: all of its clients read from here, each at its own pace. What
 * all have read is forgotten: each commit holds the rows as they were then, and so most of the
 * trees that it replaced.
 */
final class RecentCommits {
  /** So often it is seen what all have read, which takes a look at each of them. */
  private static final int EACH = 16;

  private final int capacity;
  private final List<Consumer<Commit>> listeners = new CopyOnWriteArrayList<>();
  private final Set<Reader> readers = new HashSet<>();
  private final TreeMap<Long, Commit> commits = new TreeMap<>();
  private View newest;
  private long oldest;
  private int unseen;

  /**
   * @param capacity commits remembered at most
   */
  RecentCommits(int capacity, View first) {
    this.capacity = capacity;
    this.newest = first;
    this.oldest = first.revision();
  }

  void append(Commit commit) {
    synchronized (this) {
      commits.put(commit.revision(), commit);
      newest = commit.after();
      if (commits.size() > capacity) {
        oldest = commits.pollFirstEntry().getKey();
      }
      if (++unseen >= EACH) {
        forget();
      }
    }
    listeners.forEach(listener -> listener.accept(commit));
  }

  private void forget() {
    unseen = 0;
    long read = newest.revision();
    for (var reader : readers) {
      read = Math.min(read, reader.view.revision());
    }
    commits.headMap(read, true).clear();
    oldest = Math.max(oldest, read);
  }

  synchronized View newest() {
    return newest;
  }

  /** How many are remembered. */
  synchronized int size() {
    return commits.size();
  }

  /** Reads all that comes from now on. */
  synchronized Reader follow() {
    var reader = new Reader();
    readers.add(reader);
    return reader;
  }

  Listening listen(Consumer<Commit> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Goes from one commit to the next. */
  final class Reader implements AutoCloseable {
    private View view = newest;

    /** What this has reached. */
    View view() {
      synchronized (RecentCommits.this) {
        return view;
      }
    }

    /** Whether there are commits that this has not read and that nobody remembers. */
    boolean isBehind() {
      synchronized (RecentCommits.this) {
        return view.revision() < oldest;
      }
    }

    /** Goes one commit further; empty where there is none, or where it is not remembered. */
    Optional<Commit> next() {
      synchronized (RecentCommits.this) {
        if (isBehind()) {
          return Optional.empty();
        }
        var next = Optional.ofNullable(commits.higherEntry(view.revision())).map(Entry::getValue);
        next.ifPresent(commit -> view = commit.after());
        return next;
      }
    }

    @Override
    public void close() {
      synchronized (RecentCommits.this) {
        readers.remove(this);
      }
    }
  }
}
