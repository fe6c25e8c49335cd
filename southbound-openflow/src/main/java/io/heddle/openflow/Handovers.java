package io.heddle.openflow;

import io.heddle.answer.Injection;
import io.heddle.answer.Injector;
import io.heddle.answer.Punted;
import io.heddle.answer.PuntedPacket;
import io.heddle.answer.Turns;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Punt;
import io.heddle.openflow.wire.Line;
import io.heddle.openflow.wire.Message;
import io.heddle.openflow.wire.Slice;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packets that one switch hands over, and those it gets back. They pass by the line's executor,
 * so that no flood of them delays flows and echoes; of those that come faster than they are
 * answered a few wait and the rest is dropped; and the switches' packets are taken in turns, and so
 * are those of one switch's datapaths.
 */
final class Handovers implements Injector {
  private static final Logger LOG = LoggerFactory.getLogger(Handovers.class);

  /** Packets that wait for their turn. */
  static final int MOST_WAITING = 256;

  /** Packets given back that the kernel has not taken yet. */
  static final int MOST_UNSENT = 256;

  private final Line line;
  private final UUID chassis;
  private final Punted punted;
  private final Executor pool;

  /** By the datapaths that they are of; guarded by itself. */
  private final Turns<Bits, PuntedPacket> waiting = new Turns<>(MOST_WAITING);

  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicInteger unsent = new AtomicInteger();
  private final Map<Punt, LongAdder> taken = new EnumMap<>(Punt.class);
  private final LongAdder dropped = new LongAdder();
  private final LongAdder strange = new LongAdder();
  private final LongAdder lost = new LongAdder();

  Handovers(Line line, UUID chassis, Punted punted, Executor pool) {
    this.line = line;
    this.chassis = chassis;
    this.punted = punted;
    this.pool = pool;
    for (var reason : Punt.values()) {
      taken.put(reason, new LongAdder());
    }
  }

  /** Takes what {@link PacketIn#is} one, on the network's thread. */
  void take(Message message) {
    PacketIn.read(message).ifPresentOrElse(this::add, strange::increment);
  }

  private void add(PuntedPacket packet) {
    taken.get(packet.why().reason()).increment();
    Optional<PuntedPacket> left;
    synchronized (waiting) {
      left = waiting.add(packet.register(Field.DATAPATH), packet);
    }
    left.ifPresent(this::drop);
    proceed();
  }

  private void drop(PuntedPacket packet) {
    taken.get(packet.why().reason()).decrement();
    dropped.increment();
  }

  private boolean idle() {
    synchronized (waiting) {
      return waiting.isEmpty();
    }
  }

  private Optional<PuntedPacket> poll() {
    synchronized (waiting) {
      return waiting.next();
    }
  }

  /** One packet and then the next switch's. */
  private void proceed() {
    if (!idle() && busy.compareAndSet(false, true)) {
      pool.execute(this::next);
    }
  }

  private void next() {
    try {
      poll().ifPresent(p -> punted.punted(chassis, p, this));
    } catch (RuntimeException fault) {
      LOG.error("a packet handed over by chassis {} was not answered", chassis, fault);
    } finally {
      busy.set(false);
      proceed();
    }
  }

  @Override
  public void inject(Injection injection) {
    if (unsent.incrementAndGet() > MOST_UNSENT) {
      unsent.decrementAndGet();
      lost.increment();
    } else {
      line.send(List.of(Slice.of(Requests.packetOut(injection))), unsent::decrementAndGet);
    }
  }

  /** The line is at its end. */
  void end() {
    synchronized (waiting) {
      waiting.clear();
    }
    punted.disconnected(chassis, this);
  }

  PuntCounts counts() {
    var counts = new EnumMap<Punt, Long>(Punt.class);
    taken.forEach(
        (reason, count) -> {
          if (count.sum() > 0) {
            counts.put(reason, count.sum());
          }
        });
    return new PuntCounts(counts, dropped.sum(), strange.sum(), lost.sum());
  }
}
