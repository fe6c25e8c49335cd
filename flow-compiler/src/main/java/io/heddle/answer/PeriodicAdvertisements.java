package io.heddle.answer;

import io.heddle.answer.Advertisers.Advertiser;
import io.heddle.answer.RouterAdvertisement.Interval;
import io.heddle.compiler.LinkedSwitches;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Group;
import io.heddle.flow.Table;
import io.heddle.model.Snapshot;
import io.heddle.trace.Packet;
import io.heddle.v1.LogicalSwitch;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routers that advertise themselves unasked, each at times of its own (RFC 4861 section 6.2.4), on
 * every chassis that has ports of its network; and, whether they do or not, that they do so no more
 * (section 6.2.5), so far as this was there before.
 */
public final class PeriodicAdvertisements implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicAdvertisements.class);

  /** A router that is new says so this often before it slows down (RFC 4861 section 10). */
  static final int INITIAL = 3;

  /** At most, between those. */
  static final Duration INITIAL_INTERVAL = Duration.ofSeconds(16);

  /** Routers that speak within one tick; the others follow in the next ones. */
  static final int MOST_AT_ONCE = 100;

  private static final byte[] ALL_NODES_MAC = {0x33, 0x33, 0, 0, 0, 1};

  private final Supplier<Snapshot> network;
  private final Advertisers advertisers;
  private final Outlet outlet;
  private final RandomGenerator random;
  private final Map<String, Due> due = new HashMap<>();

  /** Who was there when this last looked. */
  private Map<String, Advertiser> known = Map.of();

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var made = new Thread(task, "heddle-advertisements");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param at when the next one is due, in nanoseconds of some clock
   * @param sent how many there were
   */
  private record Due(Advertiser advertiser, long at, int sent) {}

  /**
   * Does nothing yet.
   *
   * @param network the newest state
   */
  public PeriodicAdvertisements(
      Supplier<Snapshot> network, Advertisers advertisers, Outlet outlet, RandomGenerator random) {
    this.network = network;
    this.advertisers = advertisers;
    this.outlet = outlet;
    this.random = random;
  }

  /** Looks every second from now on. */
  public PeriodicAdvertisements start() {
    clock.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    return this;
  }

  private void look() {
    try {
      tick(System.nanoTime());
    } catch (RuntimeException fault) {
      LOG.error("routers are not advertised", fault);
    }
  }

  @Override
  public void close() {
    clock.shutdown();
  }

  /**
   * Sends what is due.
   *
   * @param now as {@link System#nanoTime} tells it
   */
  synchronized void tick(long now) {
    var all = advertisers.all().stream().collect(Collectors.toMap(Advertiser::name, a -> a));
    known.values().stream()
        .filter(was -> Optional.ofNullable(all.get(was.name())).filter(was::sameRouter).isEmpty())
        .forEach(was -> flood(was, was.advertisement().farewell()));
    known = all;
    var speaking = new HashMap<>(all);
    speaking.values().removeIf(a -> a.advertisement().unasked().isEmpty());
    due.keySet().retainAll(speaking.keySet());
    speaking.forEach(
        (name, advertiser) ->
            due.compute(
                name,
                (n, old) ->
                    old != null && old.advertiser().equals(advertiser)
                        ? old
                        : new Due(advertiser, now + spread(Duration.ZERO, INITIAL_INTERVAL), 0)));
    due.values().stream()
        .filter(d -> d.at() - now <= 0)
        .sorted(Comparator.comparingLong(d -> d.at() - now))
        .limit(MOST_AT_ONCE)
        .toList()
        .forEach(d -> advertise(d, now));
  }

  private void advertise(Due turn, long now) {
    var advertiser = turn.advertiser();
    var interval = advertiser.advertisement().unasked().orElseThrow();
    due.put(advertiser.name(), new Due(advertiser, now + next(interval, turn), turn.sent() + 1));
    flood(advertiser, advertiser.advertisement());
  }

  private void flood(Advertiser advertiser, RouterAdvertisement advertisement) {
    var address = RouterSolicitations.ALL_NODES.bytes(Field.IPV6_DST.length());
    var packet = advertisement.to(ALL_NODES_MAC, address);
    var snapshot = network.get();
    LinkedSwitches.with(snapshot, advertiser.logicalSwitch())
        .forEach(to -> flood(packet, snapshot, to));
  }

  private void flood(Packet packet, Snapshot snapshot, UUID logicalSwitch) {
    snapshot
        .get(LogicalSwitch.class, logicalSwitch)
        .ifPresent(
            row -> {
              var registers =
                  Map.of(
                      Field.DATAPATH, Bits.of(row.getTunnelKey()),
                      Field.OUTPORT, Bits.of(Group.FLOOD));
              var injection = new Injection(packet, registers, Table.DELIVER);
              LinkedSwitches.chassisOf(snapshot, logicalSwitch)
                  .distinct()
                  .forEach(chassis -> outlet.inject(chassis, injection));
            });
  }

  private long next(Interval interval, Due turn) {
    long nanos = spread(interval.shortest(), interval.longest());
    return turn.sent() + 1 < INITIAL ? Math.min(nanos, INITIAL_INTERVAL.toNanos()) : nanos;
  }

  private long spread(Duration shortest, Duration longest) {
    long from = shortest.toNanos();
    long to = longest.toNanos();
    return from < to ? random.nextLong(from, to) : from;
  }
}
