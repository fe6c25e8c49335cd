package io.heddle.northbound.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import io.atomix.cluster.messaging.MessagingService;
import io.atomix.utils.net.Address;
import io.heddle.northbound.raft.message.Sign;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Calls every other member with each heartbeat. Who has answered within the election timeout is
 * live: an answer shows that both directions work and that the other runs. The library's own list
 * of members drops one only after some seconds.
 */
final class RollCall implements AutoCloseable {
  private static final String SUBJECT = "heddle-roll-call";

  private record Heard(Sign sign, long at) {}

  private final String self;
  private final MessagingService messaging;
  private final Duration patience;
  private final Supplier<Sign> own;
  private final Map<String, Address> addresses = new ConcurrentHashMap<>();
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private final Set<String> called = ConcurrentHashMap.newKeySet();

  /**
   * @param own what this member tells
   * @param answering runs the answers to others' calls
   */
  RollCall(
      StoreSettings settings, MessagingService messaging, Supplier<Sign> own, Executor answering) {
    this.self = settings.member();
    this.messaging = messaging;
    this.patience = settings.electionTimeout();
    this.own = own;
    settings.peers().forEach((name, at) -> addresses.put(name, Transport.address(at)));
    BiFunction<Address, byte[], byte[]> answer = (from, bytes) -> answer(bytes);
    messaging.registerHandler(SUBJECT, answer, answering);
  }

  /** Who calls tells where it is reached, which may be elsewhere than the configuration says. */
  private byte[] answer(byte[] bytes) {
    var sign = parse(bytes);
    if (!sign.getMember().equals(self)) {
      addresses.put(sign.getMember(), Address.from(sign.getHost(), sign.getPort()));
    }
    return own.get().toByteArray();
  }

  private static Sign parse(byte[] bytes) {
    try {
      return Sign.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls the members, but for those who were called already and may still answer. */
  void call(Set<String> members) {
    var bytes = own.get().toByteArray();
    for (var member : members) {
      var address = addresses.get(member);
      if (address != null && !member.equals(self) && called.add(member)) {
        messaging
            .sendAndReceive(address, SUBJECT, bytes, true, patience)
            .whenComplete((answer, error) -> called.remove(member))
            .thenAccept(answer -> heard(member, parse(answer)));
      }
    }
  }

  /** Another may have moved to the address of one that is gone. */
  private void heard(String member, Sign sign) {
    if (sign.getMember().equals(member)) {
      heard.put(member, new Heard(sign, System.nanoTime()));
    }
  }

  /** Those of the members that are live, this one among them. */
  SortedSet<String> live(Set<String> members) {
    return members.stream()
        .filter(m -> m.equals(self) || lately(heard.get(m)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean lately(Heard last) {
    return last != null && System.nanoTime() - last.at() <= patience.toNanos();
  }

  @Override
  public void close() {
    messaging.unregisterHandler(SUBJECT);
  }
}
