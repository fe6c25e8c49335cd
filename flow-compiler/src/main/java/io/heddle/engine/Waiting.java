package io.heddle.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Roots whose answers are in doubt, each once, in the order in which they came to be. */
final class Waiting {
  private List<Memo> memos = new ArrayList<>();

  /** It is not here yet, as it knows. */
  void add(Memo memo) {
    memos.add(memo);
  }

  /** Hands out those that still are roots; none is left. */
  void drain(Consumer<Memo> each) {
    var all = memos;
    memos = new ArrayList<>();
    for (var memo : all) {
      memo.waitsNoMore();
      if (memo.root()) {
        each.accept(memo);
      }
    }
  }
}
