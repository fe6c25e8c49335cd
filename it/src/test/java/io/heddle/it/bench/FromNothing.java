package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.median;
import static io.heddle.it.bench.Figures.print;

import com.sun.management.OperatingSystemMXBean;
import io.heddle.compiler.Network;
import io.heddle.feature.Features;
import io.heddle.model.Snapshot;
import io.heddle.model.SnapshotFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** How long it takes a member that is warm to load what is stored and to compile all of it. */
final class FromNothing {
  private static final int WARM_UP = 8;
  private static final int REPETITIONS = 7;

  private FromNothing() {}

  static void time(String network, Snapshot snapshot) throws IOException {
    var machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    var stored = new ByteArrayOutputStream();
    SnapshotFile.write(snapshot, stored);
    var loading = new double[REPETITIONS];
    var compiling = new double[REPETITIONS];
    var both = new double[REPETITIONS];
    var processor = new double[REPETITIONS];
    for (int i = -WARM_UP; i < REPETITIONS; i++) {
      long processorBefore = machine.getProcessCpuTime();
      long start = System.nanoTime();
      var read = SnapshotFile.read(new ByteArrayInputStream(stored.toByteArray()));
      long loaded = System.nanoTime();
      Network.of(Features.ALL, read);
      long compiled = System.nanoTime();
      if (i >= 0) {
        loading[i] = (loaded - start) / 1e6;
        compiling[i] = (compiled - loaded) / 1e6;
        both[i] = (compiled - start) / 1e6;
        processor[i] = (machine.getProcessCpuTime() - processorBefore) / 1e6;
      }
    }
    print(
        "%s, from nothing: loaded from a snapshot in %.0f ms, compiled in %.0f ms, both in %.0f ms;"
            + " processor time of all threads %.0f ms",
        network, median(loading), median(compiling), median(both), median(processor));
  }
}
