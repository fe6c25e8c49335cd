package io.heddle.it.packets;

import io.heddle.answer.Answers;
import io.heddle.answer.Punted;
import io.heddle.compiler.CompileLoop;
import io.heddle.compiler.Network;
import io.heddle.feature.Features;
import io.heddle.model.Edit;
import io.heddle.model.MemoryStore;
import io.heddle.model.Outcome;
import io.heddle.model.Ownership;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Schema;
import io.heddle.openflow.OpenflowSettings;
import io.heddle.openflow.OpenflowSouthbound;
import io.heddle.openflow.wire.ListenException;
import io.heddle.trace.Fabric;
import io.heddle.trace.Learned;
import io.heddle.trace.Packet;
import io.heddle.trace.Trace;
import io.heddle.trace.Tracer;
import io.heddle.v1.Chassis;
import io.heddle.v1.Operation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The chassis hv0 of a network on a real switch; all others are rows alone. */
final class OneSwitch implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String DATAPATH_ID = "00000000000000f0";

  private final SwitchPool pool;
  private final MemoryStore store = new MemoryStore();
  private final Progress progress = new Progress();
  private final CompileLoop compiler;
  private final OpenflowSouthbound openflow;
  private final DummySwitch real;
  private final UUID chassis;
  private final Network network;

  /**
   * @param ports of hv0 that are really there, by OpenFlow number
   */
  OneSwitch(SwitchPool pool, List<Operation> rows, Map<Integer, String> ports)
      throws ListenException {
    this.pool = pool;
    var problems = new Problems();
    this.compiler = new CompileLoop(store, Features.ALL, progress, problems);
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    this.openflow =
        new OpenflowSouthbound(
            store,
            compiler,
            new Answers(Answers.ROUTING, Punted.NOTHING),
            progress,
            problems,
            snapshot -> Ownership.sole("m1", 1),
            OpenflowSettings.defaults().withListen(loopback));
    openflow.start();
    this.real = pool.take();
    real.begin(DATAPATH_ID, openflow.port());
    var wanted = new TreeMap<String, List<String>>();
    ports.forEach((n, name) -> wanted.put(name, List.of("type=dummy", "ofport_request=" + n)));
    real.ports(wanted);
    var all = new ArrayList<>(rows);
    all.add(Edit.put(Chassis.newBuilder().setName("hv0").setDatapathId(DATAPATH_ID).build()));
    if (store.commit(Edit.observation(all)).join() instanceof Outcome.Refused refused) {
      throw new IllegalArgumentException("refused: " + refused);
    }
    this.chassis =
        store.snapshot().named(Schema.rows().kind(Chassis.class), "hv0").iterator().next();
    this.network = Network.of(Features.ALL, store.snapshot());
    awaitInstalled();
  }

  private void awaitInstalled() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (progress.installed(chassis).orElse(-1) < store.snapshot().revision()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("hv0 has not confirmed its flows: " + openflow.switches());
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  Collection<Problem> problems() {
    return network.problems();
  }

  /** What the tracer says becomes of a packet. */
  Trace trace(int ofport, Packet packet) {
    var fabric = Fabric.of(store.snapshot(), c -> network.plan(c).toList());
    return Tracer.trace(fabric, Learned.NOTHING, chassis, ofport, packet);
  }

  /** What the switch says becomes of a packet. */
  Explained explain(int ofport, Packet packet) {
    return new Explained(real.explain(ofport, packet));
  }

  /** The ports by which a packet that a port receives leaves. */
  Map<String, List<Packet>> send(String port, Packet packet) {
    real.sent();
    real.receive(port, packet);
    return real.sent();
  }

  @Override
  public void close() {
    openflow.close();
    compiler.close();
    pool.give(real);
  }

  /** What ofproto/trace(8) tells of one packet. */
  record Explained(String text) {
    private static final Pattern LOOKUP = Pattern.compile("(?m)^ *\\d+\\. ");
    private static final Pattern UNDERLAY = Pattern.compile("bridge\\(\"br-phys\"\\)");

    /** Flows taken after the first one; tunnels take one more each, of the underlay's bridge. */
    int lookUps() {
      return (int) (count(LOOKUP) - count(UNDERLAY) - 1);
    }

    private long count(Pattern pattern) {
      return pattern.matcher(text).results().count();
    }
  }
}
