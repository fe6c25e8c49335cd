package io.heddle.compiler;

import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Roots;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One feature's emission for one key, as a query. */
record Emitted<K>(String feature, int number, Feature.Rule<K> rule, K key)
    implements Query<Emission> {
  private static final Logger LOG = LoggerFactory.getLogger(Emitted.class);

  static <K> Roots<K, Emission> roots(String feature, int number, Feature.Rule<K> rule) {
    return new Roots<>(rule.domain(), key -> new Emitted<>(feature, number, rule, key));
  }

  // The rule follows from the rest, and is dear to compare.

  @Override
  public boolean equals(Object other) {
    return other instanceof Emitted<?> emitted
        && emitted.number == number
        && emitted.feature.equals(feature)
        && emitted.key.equals(key);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * feature.hashCode() + number) + key.hashCode();
  }

  /** A fault in one feature costs the flows of one thing, not those of the network. */
  @Override
  public Emission answer(Reads network) {
    try {
      var sink = new Emission.Sink();
      rule.emitter().emit(key, network, sink);
      return sink.emission();
    } catch (RuntimeException fault) {
      LOG.error("{} failed for {}", feature, key, fault);
      var sink = new Emission.Sink();
      sink.problem(feature, String.valueOf(key), "internal fault: " + fault);
      return sink.emission();
    }
  }
}
