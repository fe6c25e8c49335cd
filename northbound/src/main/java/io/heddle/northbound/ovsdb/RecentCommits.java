package io.heddle.northbound.ovsdb;

import io.heddle.northbound.ovsdb.Database.Commit;
import io.heddle.northbound.ovsdb.Database.Listening;
import io.heddle.northbound.ovsdb.Database.View;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The newest commits of one database: all of its clients read from here, each at its own pace. */
final class RecentCommits {
  private final int capacity;
  private final List<Consumer<Commit>> listeners = new CopyOnWriteArrayList<>();
  private final TreeMap<Long, Commit> commits = new TreeMap<>();
  private View newest;
  private long oldest;

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
    }
    listeners.forEach(listener -> listener.accept(commit));
  }

  synchronized View newest() {
    return newest;
  }

  synchronized Optional<Commit> after(long revision) {
    return reaches(revision)
        ? Optional.ofNullable(commits.higherEntry(revision)).map(Map.Entry::getValue)
        : Optional.empty();
  }

  synchronized boolean reaches(long revision) {
    return revision >= oldest && revision <= newest.revision();
  }

  Listening listen(Consumer<Commit> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
