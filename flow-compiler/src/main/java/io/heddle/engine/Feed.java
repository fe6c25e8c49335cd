package io.heddle.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings the relations that are made of the same facts up to date, all together. */
final class Feed {
  private final Facts<?, ?> facts;
  private final Graph graph;
  private final List<Related> relations = new ArrayList<>();
  private final Waiting waiting = new Waiting();

  Feed(Facts<?, ?> facts, Graph graph) {
    this.facts = facts;
    this.graph = graph;
  }

  void add(Related relation) {
    relations.add(relation);
  }

  /** While they are brought up to date only what stands before them can be read. */
  void unsettle() {
    relations.forEach(Related::unsettle);
  }

  void settle(Arrivals arrivals) {
    arrivals.in(facts.of(), (subject, there) -> follow(facts, subject, there));
    waiting.drain(
        memo -> {
          var before = memo.answer();
          graph.validate(memo);
          move(before, memo.answer());
        });
    relations.forEach(Related::settle);
  }

  @SuppressWarnings("unchecked")
  private <S> void follow(Facts<S, ?> of, Object subject, boolean there) {
    var memo = graph.memo(of.question().apply((S) subject));
    if (there) {
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
      for (var relation : relations) {
        relation.move(before, after);
      }
    }
  }
}
