package io.heddle.feature;

import io.heddle.compiler.Connections.RouterDomain;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Policies;
import io.heddle.compiler.Policies.Case;
import io.heddle.compiler.Policies.Policy;
import io.heddle.compiler.Policies.PolicyOf;
import io.heddle.compiler.Policies.Verdict;
import io.heddle.compiler.Routing.RouterOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import io.heddle.v1.LogicalRouterPolicy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;

/**
 * A packet for which a router has a route goes there unless the router has policies for it: of
 * those the one with the highest priority lets it go, drops it or sends it to another next hop. Of
 * several that decide the very same packets with one priority the oldest does.
 */
public final class RouterPolicies implements Feature {
  /** A policy of priority 0 goes before there being none. */
  private static final int LEAST = 1;

  @Override
  public List<Rule<?>> rules() {
    return List.of(Rule.forEach(Domain.rows(LogicalRouterPolicy.class), RouterPolicies::emit));
  }

  private static void emit(UUID uuid, Reads network, Emission.Sink out) {
    var row = network.get(LogicalRouterPolicy.class, uuid).orElseThrow();
    var router = network.ask(new RouterOf(UUID.fromString(row.getLogicalRouter())));
    if (!router.enabled()) {
      return;
    }
    var reading = network.ask(new PolicyOf(uuid));
    reading.faults().forEach(fault -> problem(uuid, fault, network, out));
    reading
        .policy()
        .ifPresent(
            policy ->
                emit(
                    policy,
                    router.datapath(),
                    decided(uuid, policy, network, out),
                    network.ask(new RouterDomain(router.uuid())),
                    out));
  }

  /** The matches that no older policy decides. */
  private static List<Match> decided(UUID uuid, Policy policy, Reads network, Emission.Sink out) {
    var rivals = new LinkedHashSet<UUID>();
    var matches =
        policy.matches().stream()
            .filter(
                match -> {
                  var decider =
                      Policies.decider(
                          new Case(policy.router(), policy.priority(), match), network);
                  if (!decider.equals(uuid)) {
                    rivals.add(decider);
                  }
                  return decider.equals(uuid);
                })
            .toList();
    for (var rival : rivals) {
      var what = matches.isEmpty() ? "its packets are" : "some of its packets are";
      problem(uuid, what + " decided by policy " + Policies.label(rival, network), network, out);
    }
    return matches;
  }

  private static void problem(UUID uuid, String fault, Reads network, Emission.Sink out) {
    out.problem("LogicalRouterPolicy", Policies.label(uuid, network), fault);
  }

  private static void emit(
      Policy policy, int datapath, List<Match> matches, Layer layer, Emission.Sink out) {
    int priority = LEAST + policy.priority();
    var here = matches.stream().map(match -> match.and(Field.DATAPATH, datapath)).toList();
    if (policy.verdict() instanceof Verdict.Reroute reroute) {
      var group = new NextHops.Group(datapath, policy.key(), reroute.family(), reroute.hops());
      NextHops.OF_POLICIES.emit(group, priority, here, layer, out);
      return;
    }
    for (var match : here) {
      var flow = Flow.of(Table.ROUTER_IN_POLICY, priority, match);
      out.flow(
          layer, policy.verdict() instanceof Verdict.Allow ? flow.then(Table.ROUTER_OUT) : flow);
    }
  }
}
