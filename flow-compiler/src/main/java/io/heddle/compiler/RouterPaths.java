package io.heddle.compiler;

import io.heddle.compiler.Connections.Node;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.flow.Bounds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** How many routers a packet may pass on its way, each once. */
public final class RouterPaths {
  /** Routers that one packet passes at most: in the next one it would reach the depth's end. */
  public static final int ROUTERS = Bounds.DEPTH - 1;

  private RouterPaths() {}

  /**
   * A way that is too long.
   *
   * @param routers how many are on it, at most
   * @param from the older end
   * @param to the newer end
   */
  public record TooLong(int routers, UUID from, UUID to) {}

  /** What the oldest of connected routers has to tell; the others tell nothing. */
  public record TooLongAt(UUID router) implements Query<Optional<TooLong>> {
    @Override
    public Optional<TooLong> answer(Reads network) {
      var node = network.ask(new Connections.RouterNode(router));
      return network.part(Connections.CONNECTED, node).equals(node)
          ? network
              .ask(new TooLongFrom(node))
              .map(path -> new TooLong(path.routers(), path.from().uuid(), path.to().uuid()))
          : Optional.empty();
    }
  }

  private record TooLongFrom(Node first) implements Query<Optional<LongestPath.Path>> {
    @Override
    public Optional<LongestPath.Path> answer(Reads network) {
      var members = network.members(Connections.CONNECTED, first);
      return members.stream().filter(n -> !n.isSwitch()).limit(ROUTERS + 1).count() <= ROUTERS
          ? Optional.empty()
          : Optional.of(LongestPath.in(graph(members, network), first))
              .filter(path -> path.routers() > ROUTERS);
    }

    /** Each with its neighbours. A switch of one router is nobody's way. */
    private static Map<Node, Set<Node>> graph(Set<Node> members, Reads network) {
      var graph = new HashMap<Node, Set<Node>>();
      for (var node : members) {
        var routers =
            network.related(
                node.isSwitch() ? Connections.SWITCH_LINKS : Connections.ROUTER_LINKS, node);
        if (!node.isSwitch() || routers.size() > 1) {
          routers.forEach(router -> join(graph, node, router));
        }
      }
      return graph;
    }

    private static void join(Map<Node, Set<Node>> graph, Node one, Node other) {
      graph.computeIfAbsent(one, n -> new HashSet<>()).add(other);
      graph.computeIfAbsent(other, n -> new HashSet<>()).add(one);
    }
  }
}
