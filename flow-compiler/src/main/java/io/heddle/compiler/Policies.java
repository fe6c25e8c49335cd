package io.heddle.compiler;

import inet.ipaddr.IPAddressString;
import io.heddle.compiler.Routes.Hop;
import io.heddle.compiler.Routes.HopIpv6;
import io.heddle.compiler.Routing.PortTowards;
import io.heddle.compiler.Routing.RouterPortNamed;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.expression.BadExpression;
import io.heddle.expression.Expression;
import io.heddle.expression.Names;
import io.heddle.flow.Ip;
import io.heddle.flow.Match;
import io.heddle.model.Row;
import io.heddle.v1.LogicalRouterPolicy;
import io.heddle.v1.LogicalRouterPort;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** What several features ask about routers' policies. */
public final class Policies {
  /** Next hops of one policy. */
  public static final int NEXT_HOPS = 256;

  /** Where a next hop's place in its policy stands in its key, above the policy's. */
  private static final int PLACE_SHIFT = 16;

  private static final int SHOWN = 60;

  private Policies() {}

  /** What becomes of a policy's packets. */
  public sealed interface Verdict {
    /** They go where their route leads. */
    record Allow() implements Verdict {}

    record Drop() implements Verdict {}

    /**
     * They go to one of these instead.
     *
     * @param hops at least one, in the policy's order
     */
    record Reroute(Ip.Family family, List<Hop.Out> hops) implements Verdict {}
  }

  /**
   * A policy that can be followed.
   *
   * @param key its policy_key
   * @param matches of the router's packets; any of them will do
   */
  public record Policy(UUID router, int priority, int key, List<Match> matches, Verdict verdict) {}

  /**
   * What a policy's row comes to.
   *
   * @param policy empty where it cannot be followed at all
   * @param faults what is wrong with it
   */
  public record Reading(Optional<Policy> policy, List<String> faults) {}

  /** The key of a router's port, whether it works or not. */
  private record PortKey(UUID router, String name) implements Query<OptionalInt> {
    @Override
    public OptionalInt answer(Reads network) {
      return network
          .ask(new RouterPortNamed(name))
          .flatMap(uuid -> network.get(LogicalRouterPort.class, uuid))
          .filter(row -> row.getLogicalRouter().equals(router.toString()))
          .map(row -> OptionalInt.of(row.getTunnelKey()))
          .orElse(OptionalInt.empty());
    }
  }

  /**
   * In an expression about a router's packets ports are the router's.
   *
   * @param unknown takes the names of ports that it does not have
   */
  private record RouterNames(UUID router, Reads network, Set<String> unknown) implements Names {
    @Override
    public OptionalInt port(String name) {
      var key = network.ask(new PortKey(router, name));
      if (key.isEmpty()) {
        unknown.add(name);
      }
      return key;
    }

    @Override
    public Optional<List<String>> addressSet(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<List<String>> portGroup(String name) {
      return Optional.empty();
    }
  }

  /** Which packets a policy is for. */
  private record Selected(List<Match> matches, List<String> faults) {}

  private record SelectedBy(UUID policy) implements Query<Selected> {
    @Override
    public Selected answer(Reads network) {
      var row = network.get(LogicalRouterPolicy.class, policy).orElseThrow();
      var unknown = new LinkedHashSet<String>();
      try {
        var names = new RouterNames(UUID.fromString(row.getLogicalRouter()), network, unknown);
        var matches = packets(row).matches(names);
        return new Selected(
            matches, unknown.stream().map(name -> "the router has no port " + name).toList());
      } catch (BadExpression e) {
        return new Selected(List.of(), List.of("match: " + e.getMessage()));
      }
    }

    /** A next hop is for packets of its own version of IP. */
    private static Expression packets(LogicalRouterPolicy row) throws BadExpression {
      var written = Expression.parse(row.getMatch());
      var hops = row.getAction().equals("reroute") ? nexthops(row) : List.<Ip>of();
      if (hops.isEmpty()) {
        return written;
      }
      var version = hops.get(0).family() == Ip.Family.IPV4 ? "ip4" : "ip6";
      return new Expression.All(List.of(written, Expression.parse(version)));
    }
  }

  private static List<Ip> nexthops(LogicalRouterPolicy row) {
    var texts = row.getNexthopsCount() > 0 ? row.getNexthopsList() : List.of(row.getNexthop());
    return texts.stream()
        .filter(text -> !text.isEmpty())
        .map(text -> Ip.of(new IPAddressString(text).getAddress().getBytes()))
        .distinct()
        .toList();
  }

  public record PolicyOf(UUID uuid) implements Query<Reading> {
    @Override
    public Reading answer(Reads network) {
      var row = network.get(LogicalRouterPolicy.class, uuid).orElseThrow();
      var selected = network.ask(new SelectedBy(uuid));
      var faults = new ArrayList<>(selected.faults());
      if (row.containsOptions("pkt_mark")) {
        faults.add("options:pkt_mark has no effect");
      }
      var policy =
          verdict(row, network, faults)
              .filter(verdict -> !selected.matches().isEmpty())
              .map(
                  verdict ->
                      new Policy(
                          UUID.fromString(row.getLogicalRouter()),
                          row.getPriority(),
                          row.getPolicyKey(),
                          selected.matches(),
                          verdict));
      return new Reading(policy, List.copyOf(faults));
    }

    private static Optional<Verdict> verdict(
        LogicalRouterPolicy row, Reads network, List<String> faults) {
      return switch (row.getAction()) {
        case "allow" -> Optional.of(new Verdict.Allow());
        case "drop" -> Optional.of(new Verdict.Drop());
        default -> reroute(row, network, faults);
      };
    }

    private static Optional<Verdict> reroute(
        LogicalRouterPolicy row, Reads network, List<String> faults) {
      var nexthops = nexthops(row);
      if (nexthops.isEmpty()) {
        faults.add("it has no next hop");
        return Optional.empty();
      }
      if (nexthops.size() > NEXT_HOPS) {
        faults.add("it has " + nexthops.size() + " next hops, more than " + NEXT_HOPS);
        return Optional.empty();
      }
      var family = nexthops.get(0).family();
      if (nexthops.stream().anyMatch(ip -> ip.family() != family)) {
        faults.add("its next hops are of both versions of IP");
        return Optional.empty();
      }
      var hops =
          IntStream.range(0, nexthops.size())
              .mapToObj(place -> hop(row, place, nexthops.get(place), network, faults))
              .flatMap(Optional::stream)
              .toList();
      return hops.isEmpty() ? Optional.empty() : Optional.of(new Verdict.Reroute(family, hops));
    }

    private static Optional<Hop.Out> hop(
        LogicalRouterPolicy row, int place, Ip nexthop, Reads network, List<String> faults) {
      var hop =
          network
              .ask(new PortTowards(UUID.fromString(row.getLogicalRouter()), nexthop))
              .flatMap(port -> network.ask(new RouterPortOf(port)))
              .map(
                  port ->
                      new Hop.Out(
                          place + 1 << PLACE_SHIFT | row.getPolicyKey(),
                          port,
                          Optional.of(nexthop)));
      if (hop.isEmpty()) {
        faults.add(
            nexthop.linkLocal()
                ? "next hop " + nexthop.text() + " is link-local, and nothing says by which port"
                : "next hop " + nexthop.text() + " is in no network of the router's");
      }
      return hop;
    }
  }

  /** What two policies cannot both decide. */
  public record Case(UUID router, int priority, Match match) {}

  /** The policies that decide a case, which should be one. */
  public static final Relation<Case, UUID> CASES =
      new Relation<>(
          "CASES",
          LogicalRouterPolicy.class,
          (uuid, network) ->
              network.ask(new PolicyOf(uuid)).policy().stream()
                  .flatMap(
                      policy ->
                          policy.matches().stream()
                              .map(m -> new Case(policy.router(), policy.priority(), m)))
                  .map(decided -> new Pair<>(decided, uuid))
                  .toList());

  /** The policy that decides a case: the one that was there first. */
  public static UUID decider(Case decided, Reads network) {
    var policies = network.related(CASES, decided);
    return policies.size() == 1
        ? policies.iterator().next()
        : policies.stream()
            .flatMap(uuid -> network.row(LogicalRouterPolicy.class, uuid).stream())
            .min(Routing.FIRST)
            .map(Row::uuid)
            .orElseThrow();
  }

  /** The keys of the policies' next hops by which an IPv6 address is sent to. */
  public static final Relation<HopIpv6, Integer> HOPS_IPV6 =
      new Relation<>(
          "POLICY_HOPS_IPV6",
          LogicalRouterPolicy.class,
          (uuid, network) ->
              network
                  .ask(new PolicyOf(uuid))
                  .policy()
                  .map(Policy::verdict)
                  .filter(Verdict.Reroute.class::isInstance)
                  .map(Verdict.Reroute.class::cast)
                  .stream()
                  .flatMap(reroute -> reroute.hops().stream())
                  .flatMap(hop -> hop.ipv6().map(to -> new Pair<>(to, hop.key())).stream())
                  .toList());

  /** What people know a policy by: "r1 100 ip4.src == 10.0.0.0/8". */
  public static String label(UUID policy, Reads network) {
    var row = network.get(LogicalRouterPolicy.class, policy).orElseThrow();
    var router = network.ask(new Routing.RouterName(UUID.fromString(row.getLogicalRouter())));
    var match = row.getMatch().replaceAll("\\s+", " ");
    var shown = match.length() > SHOWN ? match.substring(0, SHOWN) + "…" : match;
    return router + " " + row.getPriority() + " " + shown;
  }

  static final List<Relation<?, ?>> RELATIONS = List.of(CASES, HOPS_IPV6);
}
