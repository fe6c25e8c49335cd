package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** See {@link Comparison}. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ComparisonTest {
  private static final int TRANSACTIONS = 2000;
  private static final long SEED = Long.getLong("heddle.random.seed", 1);

  @Test
  void ovnNorthboundIsAsInOvsdbServer() throws Exception {
    compare(Comparison.schemas().get(0));
  }

  @Test
  void aSchemaWithAllTypesIsAsInOvsdbServer() throws Exception {
    compare(Comparison.schemas().get(1));
  }

  private static void compare(Path schema) throws Exception {
    var tally = Comparison.run(schema, SEED, TRANSACTIONS);
    assertTrue(tally.committed() > TRANSACTIONS / 5, "few transactions held: " + tally);
    assertTrue(tally.refused() > TRANSACTIONS / 10, "few transactions were refused: " + tally);
  }
}
