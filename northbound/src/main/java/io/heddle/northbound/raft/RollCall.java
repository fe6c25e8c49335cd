package io.heddle.northbound.raft;

import com.google.common.base.Throwables;
import io.atomix.cluster.messaging.MessagingService;
import io.atomix.utils.net.Address;
import io.heddle.northbound.raft.message.Sign;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls every other member with each heartbeat. Who has answered within the election timeout is
 * live: an answer shows that both directions work and that the other runs. Who lets nobody connect
 * any longer is gone: the connections of a process that ends are closed at once, and its port is.
 * The library's own list of members drops one only after some seconds.
 */
final class RollCall implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RollCall.class);
  private static final String SUBJECT = "heddle-roll-call";

  /** After so many heartbeats without a call it is this process that stood still. */
  private static final int STILL = 3;

  /** Who cannot be connected with so often, one attempt right after the other, is gone. */
  private static final int ATTEMPTS = 3;

  private record Heard(Sign sign, long at) {}

  private final String self;
  private final MessagingService messaging;
  private final LongSupplier clock;
  private final Duration patience;
  private final Duration heartbeat;
  private final Executor answering;
  private final Map<String, Address> addresses = new ConcurrentHashMap<>();
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private final Set<String> called = ConcurrentHashMap.newKeySet();
  private final Set<String> gone = ConcurrentHashMap.newKeySet();
  private volatile Supplier<Sign> own;
  private volatile Consumer<String> leaving = member -> {};
  private volatile long lastCall;
  private volatile long stoodStill;
  private volatile boolean stops;

  /**
   * @param own what this member tells
   * @param answering runs the answers to others' calls, and tells who is gone
   * @param clock as {@link System#nanoTime}
   */
  RollCall(
      StoreSettings settings,
      MessagingService messaging,
      Supplier<Sign> own,
      Executor answering,
      LongSupplier clock) {
    this.self = settings.member();
    this.messaging = messaging;
    this.patience = settings.electionTimeout();
    this.heartbeat = settings.heartbeat();
    this.own = own;
    this.answering = answering;
    this.clock = clock;
    this.lastCall = clock.getAsLong();
    settings.peers().forEach((name, at) -> addresses.put(name, Transport.address(at)));
    BiFunction<Address, byte[], byte[]> answer = (from, bytes) -> answer(bytes);
    messaging.registerHandler(SUBJECT, answer, answering);
  }

  /** From now on this member tells something else. */
  void tell(Supplier<Sign> sign) {
    own = sign;
  }

  /** From now on that one is told who is gone. */
  void watch(Consumer<String> watcher) {
    leaving = watcher;
  }

  /** Who calls tells where it is reached, which may be elsewhere than the configuration says. */
  private byte[] answer(byte[] bytes) {
    var sign = parse(bytes);
    if (sign.getLeaving()) {
      heard.remove(sign.getMember());
    } else if (!sign.getMember().equals(self)) {
      addresses.put(sign.getMember(), Address.from(sign.getHost(), sign.getPort()));
    }
    return sign();
  }

  private byte[] sign() {
    return own.get().toBuilder().setLeaving(stops).build().toByteArray();
  }

  /**
   * Tells the others that this member is about to stop, so that they need not find out. Returns
   * when all who answer know.
   */
  void leave() throws InterruptedException {
    stops = true;
    var told =
        reached().values().stream()
            .map(at -> messaging.sendAndReceive(at, SUBJECT, sign(), true, heartbeat))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(told).get(heartbeat.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("Not all know that this member stops", e);
    }
  }

  private static Sign parse(byte[] bytes) {
    try {
      var sign = Sign.parseFrom(bytes);
      if (!sign.getCluster().isEmpty()) {
        UUID.fromString(sign.getCluster());
      }
      return sign;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls the members, but for those who were called already and may still answer. */
  void call(Set<String> members) {
    long now = clock.getAsLong();
    long pause = now - lastCall;
    if (pause > STILL * heartbeat.toNanos()) {
      stoodStill += pause;
    }
    lastCall = now;
    var bytes = sign();
    for (var member : members) {
      var address = addresses.get(member);
      if (address != null && !member.equals(self) && called.add(member)) {
        call(member, address, bytes, 1);
      }
    }
  }

  private void call(String member, Address address, byte[] bytes, int attempt) {
    messaging
        .sendAndReceive(address, SUBJECT, bytes, true, patience)
        .whenComplete(
            (answer, error) -> {
              boolean unconnected = isUnconnected(error);
              if (unconnected && attempt < ATTEMPTS && !gone.contains(member)) {
                answering.execute(() -> call(member, address, bytes, attempt + 1));
                return;
              }
              called.remove(member);
              if (error == null) {
                heard(member, parse(answer));
              } else if (unconnected && heard.containsKey(member) && gone.add(member)) {
                answering.execute(() -> leaving.accept(member));
              }
            });
  }

  private static boolean isUnconnected(Throwable error) {
    return error != null
        && Throwables.getCausalChain(error).stream().anyMatch(ConnectException.class::isInstance);
  }

  /** Another may have moved to the address of one that is gone. */
  private void heard(String member, Sign sign) {
    if (sign.getMember().equals(member) && !sign.getLeaving()) {
      heard.put(member, new Heard(sign, now()));
      gone.remove(member);
    }
  }

  /** The time this process has run: who could not hear does not take others for dead. */
  private long now() {
    return clock.getAsLong() - stoodStill;
  }

  /** Whether the member was live and is known to have ended. */
  boolean isGone(String member) {
    return gone.contains(member);
  }

  /** Whether the member has answered before, and does so no longer. */
  boolean isSilent(String member) {
    var last = heard.get(member);
    return last != null && !isLive(member, last);
  }

  private boolean isLive(String member, Heard last) {
    return last.at() - now() + patience.toNanos() >= 0 && !isGone(member);
  }

  /** What the others said who answered lately, by name. */
  SortedMap<String, Sign> signs() {
    var signs = new TreeMap<String, Sign>();
    heard.forEach(
        (member, last) -> {
          if (isLive(member, last)) {
            signs.put(member, last.sign());
          }
        });
    return signs;
  }

  /** Where those are reached who answered lately, by name. */
  SortedMap<String, Address> reached() {
    var reached = new TreeMap<String, Address>();
    signs().keySet().forEach(member -> reached.put(member, addresses.get(member)));
    reached.remove(self);
    return reached;
  }

  /** Where a member is called, "host:port", if that is known. */
  Optional<String> address(String member) {
    return Optional.ofNullable(addresses.get(member)).map(Address::toString);
  }

  /** Those of the members that are live, this one among them. */
  SortedSet<String> live(Set<String> members) {
    var live = new TreeSet<>(signs().keySet());
    live.add(self);
    live.retainAll(members);
    return live;
  }

  @Override
  public void close() {
    messaging.unregisterHandler(SUBJECT);
  }
}
