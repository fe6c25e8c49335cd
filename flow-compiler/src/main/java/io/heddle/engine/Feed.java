package io.heddle.engine;

import io.heddle.model.Change;
import io.heddle.model.Kind;
import io.heddle.model.Schema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Brings the relations that are made of the same facts up to date, all together. */
final class Feed {
  private final Facts<?> facts;
  private final Kind kind;
  private final Graph graph;
  private final List<Related> relations = new ArrayList<>();
  private final Set<Memo> waiting = new LinkedHashSet<>();

  Feed(Facts<?> facts, Graph graph) {
    this.facts = facts;
    this.kind = Schema.rows().kind(facts.of());
    this.graph = graph;
  }

  void add(Related relation) {
    relations.add(relation);
  }

  /** While they are brought up to date only what stands before them can be read. */
  void unsettle() {
    relations.forEach(Related::unsettle);
  }

  void settle(Collection<Change> changes) {
    for (var change : changes) {
      if (change.kind().equals(kind)) {
        follow(change.uuid());
      }
    }
    for (var memo : List.copyOf(waiting)) {
      waiting.remove(memo);
      var before = memo.answer();
      graph.validate(memo);
      move(before, memo.answer());
    }
    relations.forEach(Related::settle);
  }

  private void follow(UUID row) {
    var memo = graph.memo(facts.question().apply(row));
    if (graph.snapshot().row(kind, row).isPresent()) {
      if (!memo.root()) {
        memo.becomeRoot(waiting);
        move(Optional.empty(), memo.answer());
      }
    } else {
      if (memo.root()) {
        move(memo.answer(), Optional.empty());
      }
      graph.release(memo);
    }
  }

  private void move(Optional<Object> before, Optional<Object> after) {
    if (!before.equals(after)) {
      relations.forEach(relation -> relation.move(before, after));
    }
  }
}
