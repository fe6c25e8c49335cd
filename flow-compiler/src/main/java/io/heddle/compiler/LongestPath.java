package io.heddle.compiler;

import io.heddle.compiler.Connections.Node;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The longest way through connected routers and switches that comes to none of them twice. Where
 * there is one way between any two it is exact. Among those that several ways connect (the blocks
 * of the graph, after Hopcroft and Tarjan, Algorithm 447) finding it takes too long, so all their
 * routers are taken to be on it, or one more than switches and links lead from one to the next.
 */
final class LongestPath {
  /**
   * @param steps how many routers and links are on the way, at most
   * @param from the older end
   * @param to the newer end
   */
  record Path(int steps, Node from, Node to) {}

  /**
   * A way down from a node.
   *
   * @param routers those on it but for the node itself
   * @param end the last router; the node itself if there is none
   */
  private record Way(int routers, Node end) {
    /** A way that ends at a router says more than one that ends at a switch. */
    private static final Comparator<Way> ORDER =
        Comparator.comparingInt(Way::routers)
            .thenComparing(way -> !way.end().isSwitch())
            .thenComparing(Way::end);
  }

  /** A node on the way from the first one to where the search is. */
  private static final class Visited {
    final Node node;
    final int number;
    final Iterator<Node> neighbours;
    int low;

    Visited(Node node, int number, Set<Node> neighbours) {
      this.node = node;
      this.number = number;
      this.low = number;
      // In order, so that of ways of one length the same is always found.
      this.neighbours = new TreeSet<>(neighbours).iterator();
    }
  }

  private final Map<Node, Set<Node>> graph;
  private final Map<Node, Integer> numbers = new HashMap<>();
  private final Deque<Visited> path = new ArrayDeque<>();
  private final Deque<Node> open = new ArrayDeque<>();
  private final Map<Node, Way> longest = new HashMap<>();
  private Path best;

  private LongestPath(Map<Node, Set<Node>> graph, Node first) {
    this.graph = graph;
    this.best = new Path(weight(first), first, first);
  }

  /**
   * @param graph each node with its neighbours, all of which {@code first} is connected with
   */
  static Path in(Map<Node, Set<Node>> graph, Node first) {
    var search = new LongestPath(graph, first);
    search.run(first);
    return search.best;
  }

  private void run(Node first) {
    visit(first);
    while (!path.isEmpty()) {
      var here = path.peek();
      if (here.neighbours.hasNext()) {
        var next = here.neighbours.next();
        if (numbers.containsKey(next)) {
          here.low = Math.min(here.low, numbers.get(next));
        } else {
          visit(next);
        }
      } else {
        path.pop();
        if (!path.isEmpty()) {
          leave(here, path.peek());
        }
      }
    }
  }

  private void visit(Node node) {
    int number = numbers.size();
    numbers.put(node, number);
    longest.put(node, new Way(0, node));
    open.push(node);
    path.push(new Visited(node, number, graph.getOrDefault(node, Set.of())));
  }

  private void leave(Visited child, Visited parent) {
    parent.low = Math.min(parent.low, child.low);
    if (child.low >= parent.number) {
      var block = new HashSet<Node>();
      Node last;
      do {
        last = open.pop();
        block.add(last);
      } while (!last.equals(child.node));
      close(block, parent.node);
    }
  }

  /** A block is complete; what hangs from its nodes below, all but the top, is known. */
  private void close(Set<Node> below, Node top) {
    int within = routersOnTheWay(below, top);
    var one = below.stream().map(longest::get).max(Way.ORDER).orElseThrow();
    var two =
        Stream.concat(below.stream().map(longest::get), Stream.of(new Way(0, top)))
            .filter(way -> way != one)
            .max(Way.ORDER)
            .orElseThrow();
    offer(one.routers() + within + two.routers(), one.end(), two.end());
    var down = new Way(within - weight(top) + one.routers(), one.end());
    var before = longest.get(top);
    offer(before.routers() + weight(top) + down.routers(), before.end(), down.end());
    if (Way.ORDER.compare(down, before) > 0) {
      longest.put(top, down);
    }
  }

  private int routersOnTheWay(Set<Node> below, Node top) {
    var block = new HashSet<>(below);
    block.add(top);
    int routers = block.stream().mapToInt(LongestPath::weight).sum();
    long switches = block.size() - routers;
    long links =
        block.stream()
            .filter(n -> !n.isSwitch())
            .flatMap(n -> graph.get(n).stream().filter(m -> m.compareTo(n) > 0))
            .filter(m -> !m.isSwitch() && block.contains(m))
            .count();
    return (int) Math.min(routers, switches + links + 1);
  }

  private void offer(int routers, Node one, Node other) {
    if (routers > best.steps()) {
      best =
          one.compareTo(other) < 0 ? new Path(routers, one, other) : new Path(routers, other, one);
    }
  }

  private static int weight(Node node) {
    return node.isSwitch() ? 0 : 1;
  }
}
