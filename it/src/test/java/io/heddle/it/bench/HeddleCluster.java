package io.heddle.it.bench;

import io.heddle.it.packets.SwitchPool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Heddle as it is shipped, with one member, and what {@link OvnCluster} has beside it. */
final class HeddleCluster extends NbctlCluster {
  private final Distribution heddle;

  /** Every host has its ports' interfaces and is connected; the network is empty. */
  HeddleCluster(Path folder, SwitchPool pool, int chassis, int ports) throws Exception {
    super(ports);
    this.heddle = new Distribution(folder, Map.of());
    try {
      heddle.awaitReady();
      beginNbctl("tcp:127.0.0.1:" + heddle.northbound);
      nbctl("init");
      beginSwitches(pool, chassis, List.of("set-manager", "tcp:127.0.0.1:" + heddle.ovsdb));
      await(
          "all hosts are connected",
          () -> switches().stream().allMatch(one -> one.flows().lines().count() > 1));
      nbctl("--wait=hv", "sync");
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /** From an empty network until all ports are up, with what ovn-nbctl takes to make it. */
  Duration provision() throws Exception {
    long start = System.nanoTime();
    fill();
    awaitUp();
    return since(start);
  }

  /** The whole process, Java's start included. */
  @Override
  Duration restart() throws Exception {
    heddle.stop();
    long start = System.nanoTime();
    heddle.startAgain();
    heddle.awaitReady();
    nbctl("--wait=hv", "sync");
    return since(start);
  }

  @Override
  List<ProcessHandle> processes() {
    return List.of(heddle.handle());
  }

  @Override
  public void close() throws Exception {
    super.close();
    heddle.close();
  }
}
