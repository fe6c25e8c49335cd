package io.heddle.feature;

import static io.heddle.flow.Action.clear;
import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.move;

import io.heddle.compiler.Addressing;
import io.heddle.compiler.Addressing.Address;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Topology.DatapathKey;
import io.heddle.compiler.Topology.Port;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Ip;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * Who asks for an address that a port of the switch has, by an ARP request (RFC 826) or a neighbour
 * solicitation (RFC 4861 section 7.2), is answered where it asks, and the question goes no further.
 * A port that asks for its own address, as it does to find out whether somebody else has it (RFC
 * 5227, RFC 4862 section 5.4), gets no answer, and its question goes to all.
 *
 * <p>A solicitation becomes its own answer, so one without a link-layer address, as when an address
 * is asked for before it is taken, gets an answer without one.
 */
public final class NeighbourAnswers implements Feature {
  private static final int REQUEST = 1;
  private static final int REPLY = 2;

  private static final int ICMPV6 = 58;
  private static final int SOLICITATION = 135;
  private static final int ADVERTISEMENT = 136;
  private static final int TARGET_OPTION = 2;

  /** What comes from further away than the network is no neighbour's (RFC 4861 section 7.1). */
  private static final int HOPS = 255;

  // The flags of an advertisement (RFC 4861 section 4.4).
  private static final long ROUTER = 1L << 31;
  private static final long SOLICITED = 1L << 30;
  private static final long OVERRIDE = 1L << 29;

  /** ff02::1, whom an answer goes to that no address asked for. */
  private static final Bits ALL_NODES = new Bits(0xff02_0000_0000_0000L, 1);

  private static final Match OF_DISCOVERY =
      Match.of(Field.ETH_TYPE, 0x86dd).and(Field.IP_PROTO, ICMPV6).and(Field.ICMPV6_CODE, 0);

  // What all answers do alike; there are very many.
  private static final Action TO_ASKER = move(Field.ETH_SRC, Field.ETH_DST);
  private static final Action BACK = move(Field.INPORT, Field.OUTPORT);
  private static final Action NOT_FROM_TUNNEL = clear(Flag.FROM_TUNNEL);
  private static final Action BY_ANY_PORT = load(Field.IN_PORT_REGISTER, 0);
  private static final Action IS_REPLY = load(Field.ARP_OP, REPLY);
  private static final Action TO_ASKER_ARP = move(Field.ARP_SHA, Field.ARP_THA);
  private static final Action TO_ASKER_IPV4 = move(Field.ARP_SPA, Field.ARP_TPA);
  private static final List<Action> TO_ASKER_IPV6 = List.of(move(Field.IPV6_SRC, Field.IPV6_DST));
  private static final List<Action> TO_ALL = Action.loadWide(Field.IPV6_DST, ALL_NODES);
  private static final Action IS_ADVERTISEMENT = load(Field.ICMPV6_TYPE, ADVERTISEMENT);
  private static final Action HAS_TARGET = load(Field.ND_OPTIONS_TYPE, TARGET_OPTION);

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(new Domain.Once(), (once, network, out) -> emitOwnAddress(out)),
        Rule.forEach(Domain.keys(Addressing.PORTS_WITH_IP), NeighbourAnswers::emit));
  }

  /** An answer's sender is whom it tells of. */
  private static void emitOwnAddress(Emission.Sink out) {
    out.flow(
        new Layer.Pipeline(),
        Flow.of(
                Table.SWITCH_IN_ADVERTISEMENT,
                0,
                OF_DISCOVERY.and(Field.ICMPV6_TYPE, ADVERTISEMENT),
                move(Field.ETH_SRC, Field.ND_TLL))
            .then(Table.LOCATE));
  }

  private static void emit(Address address, Reads network, Emission.Sink out) {
    var ip = address.ip();
    var owner = Rivals.owner(network, Addressing.PORTS_WITH_IP, address, ip::text, out);
    var here = Match.of(Field.DATAPATH, network.ask(new DatapathKey(address.logicalSwitch())));
    var answers = new Answers(ip, owner, Addressing.mac(network, owner, ip), here);
    var layer = new Layer.Datapath(address.logicalSwitch());
    if (ip.family() == Ip.Family.IPV4) {
      answers.emitArp(layer, out);
    } else {
      answers.emitAdvertisements(layer, out);
    }
  }

  /** Those that tell who has one address. */
  private record Answers(Ip ip, Port owner, long mac, Match here) {
    void emitArp(Layer layer, Emission.Sink out) {
      var request =
          here.and(Field.ETH_TYPE, 0x0806).and(Field.ARP_OP, REQUEST).and(Field.ARP_TPA, ip.bits());
      out.flow(layer, notToOwner(request));
      var reply =
          List.of(
              IS_REPLY,
              TO_ASKER_ARP,
              load(Field.ARP_SHA, mac),
              TO_ASKER_IPV4,
              load(Field.ARP_SPA, ip.bits()));
      out.flow(layer, answer(50, request, reply).then(Table.LOCATE));
    }

    void emitAdvertisements(Layer layer, Emission.Sink out) {
      var solicitation =
          here.and(Field.ETH_TYPE, 0x86dd)
              .and(Field.IP_PROTO, ICMPV6)
              .and(Field.IP_TTL, HOPS)
              .and(Field.ICMPV6_TYPE, SOLICITATION)
              .and(Field.ICMPV6_CODE, 0)
              .and(Field.ND_TARGET, ip.bits());
      out.flow(layer, notToOwner(solicitation));
      var nobody = solicitation.and(Field.IPV6_SRC, Bits.ZERO);
      out.flow(layer, advertisement(75, nobody, TO_ALL, OVERRIDE));
      out.flow(layer, advertisement(50, solicitation, TO_ASKER_IPV6, SOLICITED | OVERRIDE));
    }

    private Flow notToOwner(Match question) {
      return Flow.of(Table.SWITCH_IN_NEIGHBOURS, 100, question.and(Field.INPORT, owner.key()))
          .then(Table.SWITCH_IN_LOOKUP);
    }

    private Flow advertisement(int priority, Match question, List<Action> to, long flags) {
      var message = new ArrayList<>(to);
      message.addAll(Action.loadWide(Field.IPV6_SRC, ip.bits()));
      message.add(IS_ADVERTISEMENT);
      message.add(load(Field.ND_RESERVED, owner.router() ? flags | ROUTER : flags));
      message.add(HAS_TARGET);
      return answer(priority, question, message).then(Table.SWITCH_IN_ADVERTISEMENT);
    }

    private Flow answer(int priority, Match question, List<Action> message) {
      var actions = new ArrayList<Action>();
      actions.add(TO_ASKER);
      actions.add(load(Field.ETH_SRC, mac));
      actions.addAll(message);
      actions.add(BACK);
      // It may have come by a link and a tunnel; its answer has been nowhere yet.
      actions.add(load(Field.INPORT, owner.key()));
      actions.add(NOT_FROM_TUNNEL);
      // The answer leaves by the port the question came by.
      actions.add(BY_ANY_PORT);
      return Flow.of(Table.SWITCH_IN_NEIGHBOURS, priority, question, actions);
    }
  }
}
