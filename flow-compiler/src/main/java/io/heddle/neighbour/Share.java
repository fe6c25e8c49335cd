package io.heddle.neighbour;

import io.heddle.compiler.Neighbourhood.Neighbour;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/** What one router has of what all share, the oldest first. */
final class Share {
  private final UUID router;
  final Set<Neighbour> sought = new LinkedHashSet<>();
  final Set<Neighbour> silent = new LinkedHashSet<>();
  final Set<Neighbour> bound = new LinkedHashSet<>();
  int packets;
  boolean refused;

  Share(UUID router) {
    this.router = router;
  }

  UUID router() {
    return router;
  }

  boolean full() {
    return bound.size() >= Limits.BINDINGS_PER_ROUTER;
  }

  boolean empty() {
    return sought.isEmpty() && silent.isEmpty() && bound.isEmpty();
  }
}
