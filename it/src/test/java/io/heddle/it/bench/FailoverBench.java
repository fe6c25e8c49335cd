package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.median;
import static io.heddle.it.bench.Figures.percentile;
import static io.heddle.it.bench.Figures.print;

import io.heddle.it.packets.SwitchPool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three members, each a process, with networks of two sizes. The one that leads is killed (kill
 * -9), again and again. Measured from the kill, as a client sees it that knows all three: until the
 * next commit is acknowledged, and until a port that is new on a host of the killed one's is
 * installed there, and on all others, each confirmed with a barrier by a real Open vSwitch (dummy
 * datapath). -Dheddle.kills=N kills less often.
 */
class FailoverBench {
  private static final int KILLS = Integer.getInteger("heddle.kills", 30);

  /**
   * Most hosts of the network are not there. A member that has just been started waits for them for
   * ten seconds, as they might be about to connect; whom the next kill concerns is older.
   */
  private static final Duration SETTLED = Duration.ofSeconds(12);

  @TempDir Path folder;

  @Test
  @Timeout(1_800)
  void aSmallNetwork() throws Exception {
    kills(1_000);
  }

  @Test
  @Timeout(1_800)
  void aLargeNetwork() throws Exception {
    kills(25_000);
  }

  private void kills(int ports) throws Exception {
    var commits = new double[KILLS];
    var installed = new double[KILLS];
    try (var pool = new SwitchPool(ThreeMembersLoad.HOSTS);
        var members = ThreeMembersLoad.start(folder, ports, KILLS)) {
      members.connect(pool);
      members.awaitDivided();
      Thread.sleep(SETTLED.toMillis());
      for (int kill = 0; kill < KILLS; kill++) {
        var leader = members.leader();
        var host = members.hostOf(leader);
        int number = kill;
        try (var writer = members.client();
            var network = members.client()) {
          var load = new CommitLoad(writer);
          load.awaitNext();
          long killed = System.nanoTime();
          members.process(leader).kill();
          var next = CompletableFuture.supplyAsync(() -> load.firstBegunAfter(killed));
          var receipt = network.commit(members.newPort(host, number));
          network.awaitInstalled(receipt.getRevision());
          installed[kill] = (System.nanoTime() - killed) / 1e6;
          commits[kill] = (next.get() - killed) / 1e6;
          load.end();
        }
        members.assertInstalled(host, number);
        members.process(leader).start();
        members.awaitDivided();
        Thread.sleep(SETTLED.toMillis());
      }
    }
    print(
        "%,d ports, %d kills of the leader, until the next acknowledged commit: %s",
        ports, KILLS, summary(commits));
    print(
        "%,d ports, %d kills of the leader, until a change is installed on its hosts: %s",
        ports, KILLS, summary(installed));
  }

  private static String summary(double[] milliseconds) {
    return "median %.0f ms, p90 %.0f ms, p99 %.0f ms"
        .formatted(
            median(milliseconds), percentile(milliseconds, 90), percentile(milliseconds, 99));
  }
}
