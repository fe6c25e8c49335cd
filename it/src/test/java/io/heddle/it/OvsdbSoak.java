package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.northbound.ovsdb.Comparison;
import org.junit.jupiter.api.Test;

/** Very many random OVSDB transactions are answered as ovsdb-server answers them. */
class OvsdbSoak {
  private static final int TRANSACTIONS = 100_000;
  private static final int TRANSACTIONS_PER_DATABASE = 2_000;

  /** Others than those that are tried every day. */
  private static final long FIRST_SEED = Long.getLong("heddle.random.seed", 1_000_000);

  @Test
  void transactionsAreAnsweredAsByOvsdbServer() throws Exception {
    int committed = 0;
    int refused = 0;
    for (long seed = FIRST_SEED; committed + refused < TRANSACTIONS; seed++) {
      for (var schema : Comparison.schemas()) {
        var tally = Comparison.run(schema, seed, TRANSACTIONS_PER_DATABASE);
        committed += tally.committed();
        refused += tally.refused();
      }
    }
    assertTrue(committed > TRANSACTIONS / 5, "few transactions held: " + committed);
  }
}
