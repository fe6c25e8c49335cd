package io.heddle.compiler;

import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import java.util.List;

/**
 * Something that packets experience, as flows. A feature is a file of its own: pure functions from
 * the network to flows, told for what things they are to be called. It knows of no other feature
 * but what the pipeline's tables say.
 */
public interface Feature {
  /** The rules of the feature, in any order. */
  List<Rule<?>> rules();

  default String name() {
    return getClass().getSimpleName();
  }

  /** What to emit for each key of a domain. */
  record Rule<K>(Domain<K> domain, Emitter<K> emitter) {
    public static <K> Rule<K> forEach(Domain<K> domain, Emitter<K> emitter) {
      return new Rule<>(domain, emitter);
    }
  }

  /** Emits the flows for one key, and the problems that stand in the way. */
  @FunctionalInterface
  interface Emitter<K> {
    void emit(K key, Reads network, Emission.Sink out);
  }
}
