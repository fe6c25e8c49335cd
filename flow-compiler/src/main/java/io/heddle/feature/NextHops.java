package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.move;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Routes.Hop;
import io.heddle.flow.Action;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Ip;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * Where packets go on from a table: to one next hop, or to several, of which each connection keeps
 * to one.
 *
 * @param members the table in which each of several has its flow
 * @param next where packets go with their next hop
 * @param also what else is done with them, once
 */
record NextHops(Table table, Table members, Table next, List<Action> also) {
  static final NextHops OF_ROUTES =
      new NextHops(
          Table.ROUTER_IN_ROUTING,
          Table.ROUTER_IN_ECMP,
          Table.ROUTER_IN_POLICY,
          List.of(Action.decTtl()));

  static final NextHops OF_POLICIES =
      new NextHops(
          Table.ROUTER_IN_POLICY, Table.ROUTER_IN_POLICY_ECMP, Table.ROUTER_OUT, List.of());

  private static final int MEMBER = 100;

  /**
   * Those who share packets.
   *
   * @param datapath their router's
   * @param group its number, one of a kind among the router's in this table
   * @param hops at least one
   */
  record Group(int datapath, int group, Ip.Family family, List<Hop.Out> hops) {}

  /** The flows for packets that fulfil any of the matches. */
  void emit(Group group, int priority, List<Match> matches, Layer layer, Emission.Sink out) {
    var hops = group.hops();
    boolean alone = hops.size() == 1;
    var actions = new ArrayList<Action>(alone ? to(hops.get(0), group) : choice(group));
    actions.addAll(also);
    for (var match : matches) {
      out.flow(layer, Flow.of(table, priority, match, actions).then(alone ? next : members));
    }
    for (int i = 0; i < hops.size() && !alone; i++) {
      var member =
          group
              .family()
              .of(Match.of(Field.DATAPATH, group.datapath()))
              .and(Field.ECMP_GROUP, group.group())
              .and(Field.ECMP_MEMBER, i);
      out.flow(layer, Flow.of(members, MEMBER, member, to(hops.get(i), group)).then(next));
    }
  }

  private static List<Action> choice(Group group) {
    return List.of(
        load(Field.ECMP_GROUP, group.group()),
        new Action.Multipath(group.hops().size(), Field.ECMP_MEMBER));
  }

  private static List<Action> to(Hop.Out hop, Group group) {
    var family = group.family();
    var actions =
        new ArrayList<>(
            hop.nexthop()
                .map(Ip::asNexthop)
                .orElseGet(() -> List.of(move(family.destination(), family.nexthop()))));
    actions.add(load(Field.OUTPORT, hop.port().key()));
    return actions;
  }
}
