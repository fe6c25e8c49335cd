package io.heddle.northbound.ovsdb;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Locks by name (RFC 7047, section 4.1.8), in memory: they end with the connection that has them.
 *
 * @param <C> clients
 */
final class Locks<C> {
  /** The owner first. */
  private final Map<String, Deque<C>> queues = new HashMap<>();

  /** Whether the client owns it now, or else waits. */
  synchronized boolean lock(C client, String name) {
    var queue = queues.computeIfAbsent(name, n -> new ArrayDeque<>());
    queue.addLast(client);
    return queue.peekFirst() == client;
  }

  /** The client owns it now; returns who did before, and is the next to have it again. */
  synchronized Optional<C> steal(C client, String name) {
    var queue = queues.computeIfAbsent(name, n -> new ArrayDeque<>());
    var victim = Optional.ofNullable(queue.peekFirst());
    queue.addFirst(client);
    return victim;
  }

  /** The client neither owns it nor waits for it any more; returns who owns it instead. */
  synchronized Optional<C> unlock(C client, String name) {
    var queue = queues.get(name);
    boolean owned = queue.peekFirst() == client;
    queue.remove(client);
    if (queue.isEmpty()) {
      queues.remove(name);
    }
    return owned ? Optional.ofNullable(queue.peekFirst()) : Optional.empty();
  }

  synchronized boolean owns(C client, String name) {
    return queues.containsKey(name) && queues.get(name).peekFirst() == client;
  }
}
