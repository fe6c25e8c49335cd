package io.heddle.northbound.raft;

import io.heddle.model.Edition;
import io.heddle.tls.Tls;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a member of the store runs.
 *
 * @param data the folder that holds this member's log and snapshots
 * @param member this member's name; the data folder remembers it
 * @param address where the other members reach this one; empty where there are none, and then no
 *     port is opened. Without TLS the transport is neither encrypted nor authenticated: only
 *     members may be able to reach it. Port 0 picks a free port.
 * @param listen where this member listens, if that is not the address
 * @param tls how members speak with each other, each with a certificate that has its name; empty
 *     for plain TCP
 * @param peers the other members by name; empty for a store with a single member
 * @param electionTimeout silence of the leader after which another is elected
 * @param heartbeat pause between a leader's signs of life
 * @param sessionTimeout how long a member's session outlives its last sign of life
 * @param commitTimeout how long a commit may take before it fails as unavailable
 * @param openTimeout how long opening may stand still before it fails; as long as entries of the
 *     log are applied it goes on
 * @param edition what this member understands
 * @param segmentBytes size of one file of the log; the log shrinks by whole files
 */
@RecordBuilder
public record StoreSettings(
    Path data,
    String member,
    Optional<InetSocketAddress> address,
    Optional<InetSocketAddress> listen,
    Optional<Tls> tls,
    Map<String, InetSocketAddress> peers,
    Duration electionTimeout,
    Duration heartbeat,
    Duration sessionTimeout,
    Duration commitTimeout,
    Duration openTimeout,
    Edition edition,
    int segmentBytes)
    implements StoreSettingsBuilder.With {
  /** The least {@link #segmentBytes}: a file must hold the largest entry, with room to spare. */
  public static final int SMALLEST_SEGMENT_BYTES = 2 * RaftLimits.ENTRY_BYTES;

  public StoreSettings {
    peers = Map.copyOf(peers);
    checkName(member);
    if (peers.containsKey(member)) {
      throw new IllegalArgumentException("member " + member + " cannot be its own peer");
    }
    if (!peers.isEmpty() && address.isEmpty()) {
      throw new IllegalArgumentException("a member with peers needs an address");
    }
    if (segmentBytes < SMALLEST_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "segments of " + segmentBytes + " bytes: the least is " + SMALLEST_SEGMENT_BYTES);
    }
    if (heartbeat.multipliedBy(2).compareTo(electionTimeout) > 0) {
      throw new IllegalArgumentException("the election timeout must be at least two heartbeats");
    }
  }

  static void checkName(String member) {
    if (!member.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "a member's name is 1 to 64 letters, digits, '.', '_' or '-', not \"" + member + "\"");
    }
  }

  /** A store with a single member, which needs no configuration. */
  public static StoreSettings alone(Path data) {
    return new StoreSettings(
        data,
        "heddle",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Duration.ofSeconds(1),
        Duration.ofMillis(100),
        Duration.ofSeconds(30),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        Edition.OWN,
        32 << 20);
  }

  /** The same for one of several members. */
  public StoreSettings clustered(
      String name, InetSocketAddress own, Map<String, InetSocketAddress> others) {
    return clustered(name, own, own, others);
  }

  /** The same for the member that the configuration says this is. */
  public StoreSettings clustered(MemberList list) {
    var others = new TreeMap<>(list.members());
    var own = others.remove(list.self());
    return clustered(list.self(), own, list.listen(), others);
  }

  private StoreSettings clustered(
      String name,
      InetSocketAddress own,
      InetSocketAddress listening,
      Map<String, InetSocketAddress> others) {
    return with(
        settings ->
            settings
                .member(name)
                .address(Optional.of(own))
                .listen(Optional.of(listening))
                .peers(others));
  }
}
