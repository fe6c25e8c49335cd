package io.heddle.ovsdb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which connection speaks for which chassis. The first one does; others wait until it ends. */
final class Roster {
  /** Connections that may wait for one chassis. */
  static final int MAX_WAITING = 4;

  private final Map<String, List<HostSession>> claims = new HashMap<>();

  /**
   * Enters a session for a chassis.
   *
   * @return whose turn it is: the session itself, another one, or nobody's where too many wait
   */
  synchronized Optional<HostSession> claim(String chassis, HostSession session) {
    var sessions = claims.computeIfAbsent(chassis, c -> new ArrayList<>());
    if (!sessions.contains(session)) {
      if (sessions.size() > MAX_WAITING) {
        return Optional.empty();
      }
      sessions.add(session);
    }
    return Optional.of(sessions.get(0));
  }

  /** Strikes a session out; if it spoke for the chassis, the next one is told that it does now. */
  void release(String chassis, HostSession session) {
    next(chassis, session).ifPresent(HostSession::look);
  }

  private synchronized Optional<HostSession> next(String chassis, HostSession session) {
    var sessions = claims.getOrDefault(chassis, List.of());
    if (!sessions.contains(session)) {
      return Optional.empty();
    }
    boolean first = sessions.get(0).equals(session);
    sessions.remove(session);
    if (sessions.isEmpty()) {
      claims.remove(chassis);
    }
    return first ? sessions.stream().findFirst() : Optional.empty();
  }

  synchronized Optional<HostSession> holder(String chassis) {
    return Optional.ofNullable(claims.get(chassis)).map(sessions -> sessions.get(0));
  }
}
