package io.heddle.packets;

import io.heddle.answer.Advertisers;
import io.heddle.answer.Answers;
import io.heddle.answer.Injection;
import io.heddle.answer.Punted;
import io.heddle.answer.PuntedPacket;
import io.heddle.answer.RouterSolicitations;
import io.heddle.compiler.Network;
import io.heddle.feature.Features;
import io.heddle.flow.Punt;
import io.heddle.model.Change;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.trace.Fabric;
import io.heddle.trace.Learned;
import io.heddle.trace.Packet;
import io.heddle.trace.Trace;
import io.heddle.trace.TraceText;
import io.heddle.trace.Tracer;
import io.heddle.trace.Words;
import io.heddle.v1.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The network that one data file plays in. Its commands:
 *
 * <pre>
 * host NAME TYPE[,TYPE] IP            a host and all its encapsulations; again, to change them
 * switch NAME ["KEY=VALUE"…]          a switch with that other_config; again, to change it
 * port NAME on SWITCH [at HOST] [disabled] [addresses "ADDRESSES"…]
 * bind PORT at HOST [as INTERFACE]    an interface with that iface-id appears
 * unbind INTERFACE [at HOST]          it disappears
 * move INTERFACE to HOST              it disappears where it is and appears there
 * enable PORT | disable PORT
 * addresses PORT ["ADDRESSES"…]       has these instead of those before
 * row KIND FIELD=VALUE…               any row; FIELD.KEY=VALUE for a map, repeated for a list;
 *                                     a row without a name is referred to by one FIELD=VALUE
 * set KIND NAME FIELD=VALUE…          changes these fields of it
 * delete port|switch|host|KIND NAME   or, instead of a name, FIELD=VALUE…
 * send INTERFACE [at HOST] PACKET     answers where it, and the controller's answers to what it is
 *                                     handed, come out, or else where and why not
 * trace INTERFACE [at HOST] PACKET    the same, with every step; nothing is learned from it
 * learned                             answers what the switches have learned
 * problems                            answers what cannot be realised
 * </pre>
 *
 * MACs may be short, as in {@code 0a:01}. {@link Checks} is a witness that looks whether the
 * compiler kept its promises.
 */
public final class Scene {
  static final Set<String> COMMANDS =
      Set.of(
          "host",
          "switch",
          "port",
          "bind",
          "unbind",
          "move",
          "enable",
          "disable",
          "addresses",
          "row",
          "set",
          "delete",
          "send",
          "trace",
          "learned",
          "problems");

  /** Is told what happens, as far as the file asks about it. */
  public interface Witness {
    /** Who does not care. */
    Witness NOBODY = new Witness() {};

    /** The scene has come to rest after changes: a packet is sent next, or a question asked. */
    default void settled(Scene scene) {}

    /** A packet was sent, and this is what the tracer says comes of it. */
    default void sent(Scene scene, Fabric.Host host, int ofport, Packet packet, Trace trace) {}

    /** It was asked what the switches have learned, and this is what the tracer says. */
    default void learned(Scene scene, Learned learned) {}

    /** The rows changed, and so does the network, which is brought to the new snapshot here. */
    default void changing(Network network, Snapshot after, List<Change> changes) {
      network.update(after, changes);
    }
  }

  private static final Answers ANSWERS = new Answers(Answers.ROUTING, Punted.NOTHING);

  private final RouterSolicitations solicitations;
  private final Store store;
  private final Network network = new Network(Features.ALL);
  private final Witness witness;
  private Snapshot snapshot = Snapshot.empty();
  private Learned learned = Learned.NOTHING;
  private Fabric fabric;

  /**
   * @param store an empty one, which answers at once and which nobody else writes to
   */
  public Scene(Store store, Witness witness) {
    this.store = store;
    this.witness = witness;
    this.solicitations = new RouterSolicitations(new Advertisers(store), Punted.NOTHING);
    store.subscribe((after, changes) -> step(after, changes));
    network.update(snapshot, List.of());
    this.fabric = compiled();
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  public Network network() {
    return network;
  }

  public Fabric fabric() {
    return fabric;
  }

  /**
   * Does one command and says its answer.
   *
   * @throws IllegalArgumentException if it cannot be done
   */
  public List<String> perform(String command) {
    var words = new Words(command);
    var verb = words.word("a command");
    if (Script.asks(verb)) {
      settle();
    }
    switch (verb) {
      case "send", "trace" -> {
        return send(words, verb.equals("trace"), command);
      }
      case "problems" -> {
        return problems();
      }
      case "learned" -> {
        return learned();
      }
      default -> change(command);
    }
    return List.of();
  }

  private void change(String command) {
    var operations = Edits.read(snapshot, command);
    commit(operations.get(0));
    for (var more : operations.subList(1, operations.size())) {
      settle();
      commit(more);
    }
  }

  /** Lets all be done that follows from the changes so far. */
  private void settle() {
    learned = learned.in(fabric);
    witness.settled(this);
  }

  private void commit(List<Operation> operations) {
    if (store.commit(Edit.observation(operations)).join() instanceof Outcome.Refused refused) {
      throw new IllegalArgumentException("refused: " + refused);
    }
  }

  private void step(Snapshot after, List<Change> changes) {
    witness.changing(network, after, changes);
    snapshot = after;
    fabric = compiled();
  }

  private Fabric compiled() {
    Map<UUID, List<io.heddle.compiler.Unit>> plans =
        network.chassis().stream().collect(Collectors.toMap(c -> c, c -> network.plan(c).toList()));
    return Fabric.of(snapshot, chassis -> plans.getOrDefault(chassis, List.of()));
  }

  private List<String> send(Words words, boolean whole, String command) {
    var name = words.word("an interface");
    var from = place(name, words.take("at") ? words.word("a host") : "");
    var packet = Packet.parse(command.substring(Script.packetAt(command)));
    var trace =
        answered(Tracer.trace(fabric, learned, from.host().chassis(), from.ofport(), packet));
    if (!trace.ambiguities().isEmpty()) {
      throw new IllegalArgumentException("ambiguous: " + trace.ambiguities());
    }
    if (whole) {
      return shortened(TraceText.of(fabric, trace).lines());
    }
    learned = trace.learned();
    witness.sent(this, from.host(), from.ofport(), packet, trace);
    return answer(trace);
  }

  /** With what the controller answers to packets that were handed to it. */
  private Trace answered(Trace trace) {
    var hops = new ArrayList<>(trace.hops());
    var handovers = new ArrayDeque<>(trace.handovers());
    var known = trace.learned();
    while (!handovers.isEmpty()) {
      var handover = handovers.removeFirst();
      var punted = new PuntedPacket(handover.why(), handover.packet(), handover.registers());
      var answers = new ArrayList<>(ANSWERS.answer(punted).stream().toList());
      if (punted.why().reason() == Punt.ROUTER_SOLICITATION) {
        answers.addAll(solicitations.answers(punted));
      }
      for (var answer : answers) {
        var more = follow(answer, known, handover.host().chassis());
        hops.addAll(more.hops());
        handovers.addAll(more.handovers());
        known = more.learned();
      }
    }
    return new Trace(hops, known);
  }

  private Trace follow(Injection answer, Learned known, UUID chassis) {
    return Tracer.trace(
        fabric, known, chassis, answer.table(), answer.registers(), answer.packet());
  }

  private List<String> answer(Trace trace) {
    var deliveries = trace.deliveries();
    var handovers = trace.handovers();
    return deliveries.isEmpty() && handovers.isEmpty()
        ? shortened(trace.drops().stream().map(d -> TraceText.drop(fabric, d)))
        : Stream.concat(deliveries.stream().map(Scene::text), handovers.stream().map(Scene::text))
            .sorted()
            .toList();
  }

  /** How answers write that a packet came out of an interface. */
  public static String text(String host, String name, Packet packet) {
    return shortened(host + " " + name + ": " + packet);
  }

  public static String text(Trace.Delivery delivery) {
    return shortened(
        delivery.host().name() + " " + delivery.to().name() + ": " + delivery.packet());
  }

  /** How answers write that a packet was handed to the controller. */
  public static String text(Trace.Handover handover) {
    return shortened(TraceText.handover(handover));
  }

  private record Place(Fabric.Host host, int ofport) {}

  private Place place(String name, String hostName) {
    var places =
        fabric.hosts().stream()
            .filter(host -> hostName.isEmpty() || host.name().equals(hostName))
            .flatMap(
                host ->
                    host.wires().entrySet().stream()
                        .filter(
                            e ->
                                e.getValue() instanceof Fabric.Wire.Interface i
                                    && i.name().equals(name))
                        .map(e -> new Place(host, e.getKey())))
            .toList();
    if (places.size() != 1) {
      throw new IllegalArgumentException(places.size() + " hosts have an interface " + name);
    }
    return places.get(0);
  }

  private List<String> problems() {
    return shortened(
        network.problems().stream()
            .map(p -> p.kind() + " " + p.name() + ": " + p.message())
            .sorted());
  }

  private List<String> learned() {
    witness.learned(this, learned);
    var hosts =
        fabric.hosts().stream().collect(Collectors.toMap(Fabric.Host::name, Fabric.Host::chassis));
    return hosts.keySet().stream()
        .sorted()
        .flatMap(host -> learned.of(hosts.get(host)).stream().map(e -> host + " " + e))
        .toList();
  }

  private static List<String> shortened(Stream<String> lines) {
    return lines.map(Scene::shortened).toList();
  }

  private static String shortened(String line) {
    return line.replaceAll(
            "(?<![:\\p{XDigit}])(\\p{XDigit}{2})(:00){4}:(\\p{XDigit}{2})(?![:\\p{XDigit}])",
            "$1:$3")
        .replace("ff:ff:ff:ff:ff:ff", "broadcast");
  }
}
