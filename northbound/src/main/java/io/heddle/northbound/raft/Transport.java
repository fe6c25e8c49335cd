package io.heddle.northbound.raft;

import io.atomix.cluster.AtomixCluster;
import io.atomix.cluster.ClusterConfig;
import io.atomix.cluster.MemberConfig;
import io.atomix.cluster.MemberId;
import io.atomix.cluster.Node;
import io.atomix.cluster.NodeConfig;
import io.atomix.cluster.discovery.BootstrapDiscoveryConfig;
import io.atomix.cluster.protocol.HeartbeatMembershipProtocolConfig;
import io.atomix.utils.Version;
import io.atomix.utils.net.Address;
import io.heddle.northbound.raft.StoreOpenException.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;

/** How a member speaks with the others, if there are any. */
final class Transport {
  private static final Version VERSION = Version.from("1.0.0");
  private static final int UNUSED_PORT = 1;

  /** Election timeouts after which a connection is taken to be cut. */
  private static final int SILENCE = 3;

  private Transport() {}

  /**
   * The transport, not started yet.
   *
   * @throws StoreOpenException where the member's own address cannot be listened on
   */
  static AtomixCluster of(StoreSettings settings) {
    return settings
        .listen()
        .map(listen -> overNetwork(settings, available(listen)))
        .orElseGet(() -> alone(settings));
  }

  private static AtomixCluster alone(StoreSettings settings) {
    var address = Address.from("127.0.0.1", UNUSED_PORT);
    return new Ours(config(settings, address, List.of()), new LocalTransport(address));
  }

  /** Nothing is sent that would not go over the transport: no datagrams, no broadcasts. */
  private static final class Ours extends AtomixCluster {
    Ours(ClusterConfig config, MemberTransport transport) {
      super(
          config,
          VERSION,
          transport,
          new LocalTransport.Silence(),
          new LocalTransport.NoBroadcast());
    }
  }

  private static AtomixCluster overNetwork(StoreSettings settings, InetSocketAddress listen) {
    var told = settings.address().filter(a -> a.getPort() != 0).orElse(listen);
    var nodes =
        settings.peers().entrySet().stream()
            .map(
                peer ->
                    Node.builder()
                        .withId(peer.getKey())
                        .withAddress(address(peer.getValue()))
                        .build())
            .toList();
    var config = config(settings, address(told), nodes);
    var members = new HashSet<>(settings.peers().keySet());
    members.add(settings.member());
    var silence = settings.electionTimeout().multipliedBy(SILENCE);
    return new Ours(
        config, new NetworkTransport(address(told), listen, settings.tls(), members, silence));
  }

  private static ClusterConfig config(StoreSettings settings, Address own, List<Node> peers) {
    var member = new MemberConfig();
    member.setId(MemberId.from(settings.member()));
    member.setAddress(own);
    var nodes = peers.stream().map(Transport::config).toList();
    return new ClusterConfig()
        .setClusterId(RaftNode.NAME)
        .setNodeConfig(member)
        .setDiscoveryConfig(new BootstrapDiscoveryConfig().setNodes(nodes))
        .setProtocolConfig(
            new HeartbeatMembershipProtocolConfig()
                .setHeartbeatInterval(settings.heartbeat().multipliedBy(2)));
  }

  private static NodeConfig config(Node node) {
    return new NodeConfig()
        .setId(node.id())
        .setHost(node.address().host())
        .setPort(node.address().port());
  }

  static Address address(InetSocketAddress address) {
    return Address.from(address.getHostString(), address.getPort());
  }

  /** The library hangs where it cannot listen, so that is tried first; it also picks port 0. */
  private static InetSocketAddress available(InetSocketAddress wanted) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(wanted);
      return new InetSocketAddress(wanted.getAddress(), socket.getLocalPort());
    } catch (IOException e) {
      throw new StoreOpenException(
          Reason.ADDRESS,
          "The store cannot listen on "
              + wanted.getHostString()
              + ":"
              + wanted.getPort()
              + ": "
              + e.getMessage()
              + ". Is another Heddle running, or is it another machine's address?",
          e);
    }
  }
}
