package io.heddle.neighbour;

import io.heddle.answer.Answers;
import io.heddle.answer.Injection;
import io.heddle.answer.Injector;
import io.heddle.answer.Punted;
import io.heddle.answer.PuntedPacket;
import io.heddle.answer.SendingLink;
import io.heddle.compiler.LinkedSwitches;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Ip.Family;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.model.Change;
import io.heddle.model.Courier;
import io.heddle.model.PortAddresses;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.neighbour.Effect.Held;
import io.heddle.neighbour.Links.Link;
import io.heddle.trace.Packet;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.MacBinding;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the MAC addresses of routers' next hops that no port is known to have, by asking the switch
 * they should be in, and writes them down as {@link MacBinding} rows. {@link NeighbourTable} knows
 * what to do; here it is done.
 *
 * <p>Who asks by one chassis may be answered by another, which another member of the cluster may
 * own: so what one hears it tells all.
 */
public final class NeighbourDiscovery extends SendingLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NeighbourDiscovery.class);
  static final String SOURCE = "neighbours";

  private final Problems problems;
  private final Courier courier;
  private final Courier.Listening listening;
  private final Answers answers = new Answers(Answers.ROUTING, Punted.NOTHING);
  private final Ledger ledger;

  // Guarded by this.
  private final Links links = new Links();
  private final NeighbourTable table = new NeighbourTable(this::age);

  /** As the rows were when they last changed. */
  private Snapshot snapshot;

  private final Store.Subscription subscription;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var made = new Thread(task, "heddle-neighbours");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param others takes what is not about neighbours
   */
  public NeighbourDiscovery(Store store, Problems problems, Courier courier, Punted others) {
    super(others);
    this.problems = problems;
    this.courier = courier;
    this.ledger = new Ledger(store);
    synchronized (this) {
      this.subscription = store.sound().subscribe(this::committed);
      this.snapshot = subscription.from();
      links.begin(snapshot);
      snapshot.rows(MacBinding.class).values().forEach(this::written);
    }
    this.listening =
        courier.listen(SOURCE, (member, word) -> Hearsay.read(word).ifPresent(this::hear));
    long tick = Limits.TICK.toMillis();
    clock.scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.MILLISECONDS);
  }

  @Override
  public void punted(UUID chassis, PuntedPacket packet, Injector back) {
    switch (packet.why().reason()) {
      case RESOLVE_IPV4, RESOLVE_IPV6 -> wanted(chassis, packet);
      case NEIGHBOUR_HEARD_ARP, NEIGHBOUR_HEARD_ND -> heard(packet);
      default -> passOn(chassis, packet, back);
    }
  }

  private synchronized void wanted(UUID chassis, PuntedPacket packet) {
    packet
        .packet()
        .get(Field.ETH_SRC)
        .flatMap(mac -> links.ofMac(snapshot, packet.register(Field.DATAPATH).low(), mac.low()))
        .ifPresent(
            link -> {
              var neighbour = Frames.nexthop(link.name(), packet);
              var held = new Held(chassis, packet);
              perform(table.wanted(link.router(), neighbour, held, System.nanoTime()));
            });
  }

  private synchronized void heard(PuntedPacket packet) {
    long datapath = packet.register(Field.DATAPATH).low();
    long port = packet.register(Field.INPORT).low();
    links
        .ofRouterPort(snapshot, datapath, port)
        .ifPresent(
            link ->
                Frames.said(packet)
                    .ifPresent(
                        said -> {
                          var neighbour = new Neighbour(link.name(), said.ip());
                          var hearsay = new Hearsay(neighbour, said.mac());
                          courier.tell(SOURCE, hearsay.word());
                          hear(hearsay);
                        }));
  }

  private synchronized void hear(Hearsay said) {
    perform(table.heard(said.neighbour(), said.mac(), System.nanoTime()));
  }

  private void tick() {
    try {
      synchronized (this) {
        perform(table.tick(System.nanoTime()));
        tellProblems();
      }
      ledger.flush();
    } catch (RuntimeException fault) {
      LOG.error("neighbours were not looked after", fault);
    }
  }

  private void tellProblems() {
    problems.replace(
        SOURCE,
        table.refusing().stream()
            .flatMap(router -> snapshot.row(LogicalRouter.class, router).stream())
            .sorted(Comparator.comparing(Row::name))
            .map(
                row ->
                    new Problem(
                        "LogicalRouter",
                        row.name(),
                        "has learned "
                            + Limits.BINDINGS_PER_ROUTER
                            + " addresses of neighbours and learns no more"))
            .toList());
  }

  private synchronized void committed(Snapshot after, List<Change> changes) {
    snapshot = after;
    for (var change : changes) {
      links.follow(change);
      var type = change.kind().type();
      if (type == MacBinding.class) {
        change
            .after()
            .ifPresentOrElse(this::written, () -> change.before().ifPresent(this::struckOut));
      } else if (type == LogicalRouter.class) {
        table.agesChanged(change.uuid());
      } else if (type == LogicalRouterPort.class && change.after().isEmpty()) {
        change.before().ifPresent(row -> forgetAll(row));
      }
    }
  }

  private void written(Row row) {
    var neighbour = neighbour(row);
    long mac = PortAddresses.macBits(row.as(MacBinding.class).getMac());
    Links.router(snapshot, neighbour)
        .ifPresentOrElse(
            router -> perform(table.written(router, neighbour, mac, System.nanoTime())),
            () -> ledger.write(neighbour, Optional.empty()));
  }

  private void struckOut(Row row) {
    table.struckOut(neighbour(row));
  }

  /** A router's port is gone, and with it what it learned. */
  private void forgetAll(Row routerPort) {
    var name = routerPort.as(LogicalRouterPort.class).getName();
    snapshot.index(MacBinding.class, "logical_port", name).stream()
        .flatMap(uuid -> snapshot.row(MacBinding.class, uuid).stream())
        .forEach(row -> ledger.write(neighbour(row), Optional.empty()));
  }

  private static Neighbour neighbour(Row row) {
    var binding = row.as(MacBinding.class);
    return Neighbour.of(binding.getLogicalPort(), binding.getIp());
  }

  private Optional<Duration> age(Neighbour neighbour) {
    return Links.router(snapshot, neighbour)
        .flatMap(router -> snapshot.get(LogicalRouter.class, router))
        .flatMap(router -> Ages.of(router, Links.address(neighbour.ip())));
  }

  private void perform(List<Effect> effects) {
    for (var effect : effects) {
      if (effect instanceof Effect.Ask ask) {
        boolean asked = link(ask.neighbour()).filter(link -> ask(link, ask)).isPresent();
        if (!asked) {
          table.couldNotAsk(ask.neighbour(), System.nanoTime());
        }
      } else if (effect instanceof Effect.Forward forward) {
        link(forward.neighbour()).ifPresent(link -> forward(link, forward));
      } else if (effect instanceof Effect.Unreachable unreachable) {
        link(unreachable.neighbour()).ifPresent(link -> refuse(link, unreachable));
      } else if (effect instanceof Effect.Learn learn) {
        ledger.write(learn.neighbour(), Optional.of(learn.mac()));
      } else if (effect instanceof Effect.Forget forget) {
        ledger.write(forget.neighbour(), Optional.empty());
      }
    }
  }

  private Optional<Link> link(Neighbour neighbour) {
    return links.named(snapshot, neighbour.routerPort());
  }

  /** Whether there was somebody to ask by, and an address to ask with. */
  private boolean ask(Link link, Effect.Ask ask) {
    var target = ask.neighbour().ip();
    var question =
        link.source(target).map(source -> Frames.question(target, link.mac(), source, ask.mac()));
    var chassis = ask.chassis().or(() -> somewhere(link.logicalSwitch()));
    if (question.isEmpty() || chassis.isEmpty()) {
      return false;
    }
    inject(chassis.get(), intoSwitch(link, question.get()));
    return true;
  }

  /** A chassis that is connected and has ports of a switch, or of one that is linked with it. */
  private Optional<UUID> somewhere(UUID logicalSwitch) {
    return LinkedSwitches.with(snapshot, logicalSwitch).stream()
        .flatMap(member -> LinkedSwitches.chassisOf(snapshot, member))
        .filter(this::reaches)
        .findFirst();
  }

  private void forward(Link link, Effect.Forward forward) {
    var packet = forward.held().packet().packet().with(Field.ETH_DST, Bits.of(forward.mac()));
    inject(forward.held().chassis(), intoSwitch(link, packet));
  }

  private static Injection intoSwitch(Link link, Packet packet) {
    return new Injection(
        packet,
        Map.of(
            Field.DATAPATH, Bits.of(link.switchDatapath()),
            Field.INPORT, Bits.of(link.switchPort())),
        Table.SWITCH_IN_LOOKUP);
  }

  /** From the router's port behind which the neighbour should be, back to the packet's sender. */
  private void refuse(Link link, Effect.Unreachable unreachable) {
    var ip = unreachable.neighbour().ip();
    boolean ipv4 = ip.family() == Family.IPV4;
    var why = ipv4 ? Punt.ICMPV4_UNREACHABLE_HOST : Punt.ICMPV6_UNREACHABLE_HOST;
    var held = unreachable.held();
    link.source(ip)
        .map(
            source ->
                new PuntedPacket(
                    new Action.Punt(why),
                    held.packet().packet(),
                    Map.of(
                        Field.DATAPATH,
                        Bits.of(link.routerDatapath()),
                        Field.INPORT,
                        Bits.of(link.routerPort()),
                        ip.family().nexthop(),
                        Bits.of(source.getBytes()))))
        .flatMap(answers::answer)
        .ifPresent(answer -> inject(held.chassis(), answer));
  }

  @Override
  public void close() {
    clock.shutdown();
    listening.close();
    subscription.close();
    problems.replace(SOURCE, List.of());
  }
}
