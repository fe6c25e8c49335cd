package io.heddle.neighbour;

import io.heddle.answer.Turns;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.neighbour.Effect.Ask;
import io.heddle.neighbour.Effect.Forget;
import io.heddle.neighbour.Effect.Forward;
import io.heddle.neighbour.Effect.Held;
import io.heddle.neighbour.Effect.Learn;
import io.heddle.neighbour.Effect.Unreachable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds out, for all routers, whose an address is (RFC 826, RFC 4861 section 7.2): keeps the first
 * packets to a neighbour that nobody knows, asks for it, believes who was asked, and asks again
 * before what it learned gets too old. It does nothing itself but says what to do, and knows of no
 * clock but the times it is given, in nanoseconds. For one thread at a time.
 *
 * <p>Answers that nobody asked for are of no effect but that they refresh what is known. So what
 * there is follows from the packets that routers were to send, and each router's part is bounded.
 */
final class NeighbourTable {
  private sealed interface State {
    Share share();
  }

  /** Packets wait for its answer. */
  private record Sought(Share share, List<Held> held, int asked) implements State {}

  /** It gave none. */
  private record Silent(Share share) implements State {}

  /**
   * It answered.
   *
   * @param changed when it last had another MAC address
   * @param asked how many times, since it last said anything
   */
  private record Bound(Share share, long mac, long changed, long heard, int asked)
      implements State {}

  private final Function<Neighbour, Optional<Duration>> age;
  private final Map<Neighbour, State> states = new HashMap<>();
  private final Map<UUID, Share> shares = new HashMap<>();
  private final Deadlines<Neighbour> deadlines = new Deadlines<>();
  private int packets;
  private int silent;

  /**
   * @param age after how long a neighbour is to be asked again; empty: never
   */
  NeighbourTable(Function<Neighbour, Optional<Duration>> age) {
    this.age = age;
  }

  /** A router has a packet for a neighbour whose MAC address its switch does not know. */
  List<Effect> wanted(UUID router, Neighbour neighbour, Held packet, long now) {
    var state = states.get(neighbour);
    if (state instanceof Bound bound) {
      return List.of(new Forward(neighbour, packet, bound.mac()));
    }
    if (state instanceof Silent) {
      return List.of();
    }
    if (state instanceof Sought sought) {
      if (sought.held().size() < Limits.PACKETS_PER_NEIGHBOUR && hasRoom(sought.share())) {
        sought.held().add(packet);
        count(sought.share(), 1);
      }
      return List.of();
    }
    var share = shares.computeIfAbsent(router, Share::new);
    makeRoom(share);
    // Making room may have emptied the share and so struck it out.
    shares.put(router, share);
    share.sought.add(neighbour);
    count(share, 1);
    states.put(neighbour, new Sought(share, new ArrayList<>(List.of(packet)), 1));
    deadlines.set(neighbour, now + patience(1));
    return List.of(new Ask(neighbour, Optional.empty(), Optional.of(packet.chassis())));
  }

  private boolean hasRoom(Share share) {
    return share.packets < Limits.PACKETS_PER_ROUTER && packets < Limits.PACKETS;
  }

  /** The oldest go: who answers at all has answered them by now. */
  private void makeRoom(Share share) {
    while (share.packets >= Limits.PACKETS_PER_ROUTER) {
      remove(share.sought.iterator().next());
    }
    while (packets >= Limits.PACKETS) {
      var largest = shares.values().stream().max(Comparator.comparingInt(s -> s.packets));
      remove(largest.orElseThrow().sought.iterator().next());
    }
  }

  private void count(Share share, int more) {
    share.packets += more;
    packets += more;
  }

  /** Somebody says that an address is theirs. */
  List<Effect> heard(Neighbour neighbour, long mac, long now) {
    var state = states.get(neighbour);
    if (state == null) {
      return List.of();
    }
    if (state instanceof Bound bound && bound.mac() == mac) {
      know(neighbour, new Bound(bound.share(), mac, bound.changed(), now, 0));
      return List.of();
    }
    if (state instanceof Bound bound
        && bound.asked() == 0
        && now - bound.changed() < Limits.MAC_HOLDS.toNanos()) {
      return List.of();
    }
    var share = state.share();
    var effects = new ArrayList<Effect>();
    boolean refused = share.full() && !(state instanceof Bound);
    if (!refused) {
      effects.add(new Learn(neighbour, mac));
    }
    effects.addAll(answered(neighbour, mac));
    if (refused) {
      shares.put(share.router(), share);
      share.refused = true;
    } else {
      bind(share.router(), neighbour, mac, now);
    }
    return effects;
  }

  /** Lets go what waited for this neighbour. */
  private List<Effect> answered(Neighbour neighbour, long mac) {
    var held = states.get(neighbour) instanceof Sought sought ? sought.held() : List.<Held>of();
    remove(neighbour);
    return held.stream().<Effect>map(packet -> new Forward(neighbour, packet, mac)).toList();
  }

  private void bind(UUID router, Neighbour neighbour, long mac, long now) {
    var share = shares.computeIfAbsent(router, Share::new);
    share.bound.add(neighbour);
    know(neighbour, new Bound(share, mac, now, now, 0));
  }

  private void know(Neighbour neighbour, Bound bound) {
    states.put(neighbour, bound);
    deadlines.clear(neighbour);
    age.apply(neighbour).ifPresent(a -> deadlines.set(neighbour, bound.heard() + a.toNanos()));
  }

  /** It is written whose an address is: since before this began, or by another. */
  List<Effect> written(UUID router, Neighbour neighbour, long mac, long now) {
    if (states.get(neighbour) instanceof Bound bound && bound.mac() == mac) {
      return List.of();
    }
    var effects = answered(neighbour, mac);
    bind(router, neighbour, mac, now);
    return effects;
  }

  /** It is no longer written whose an address is. */
  void struckOut(Neighbour neighbour) {
    if (states.get(neighbour) instanceof Bound) {
      remove(neighbour);
    }
  }

  /** A router's options say something else about ages. */
  void agesChanged(UUID router) {
    Optional.ofNullable(shares.get(router))
        .ifPresent(
            share ->
                share.bound.forEach(
                    neighbour -> {
                      if (states.get(neighbour) instanceof Bound bound && bound.asked() == 0) {
                        know(neighbour, bound);
                      }
                    }));
  }

  /** Time has passed. Of those that ask, the routers have their turns. */
  List<Effect> tick(long now) {
    var effects = new ArrayList<Effect>();
    var turns = new Turns<UUID, Neighbour>(states.size());
    for (var neighbour : deadlines.due(now)) {
      var state = states.get(neighbour);
      if (state instanceof Silent) {
        remove(neighbour);
      } else {
        turns.add(state.share().router(), neighbour);
      }
    }
    for (int i = 0; i < Limits.QUESTIONS_PER_TICK && !turns.isEmpty(); i++) {
      turns.next().map(neighbour -> due(neighbour, now)).ifPresent(effects::addAll);
    }
    return effects;
  }

  private List<Effect> due(Neighbour neighbour, long now) {
    var state = states.get(neighbour);
    if (state instanceof Sought sought) {
      return sought.asked() < Limits.QUESTIONS
          ? askForSought(neighbour, sought, now)
          : giveUp(neighbour, sought, now);
    }
    if (state instanceof Bound bound && bound.asked() < Limits.QUESTIONS) {
      return List.of(askAgain(neighbour, bound, now));
    }
    remove(neighbour);
    return state instanceof Bound ? List.of(new Forget(neighbour)) : List.of();
  }

  private List<Effect> askForSought(Neighbour neighbour, Sought sought, long now) {
    int asked = sought.asked() + 1;
    states.put(neighbour, new Sought(sought.share(), sought.held(), asked));
    deadlines.set(neighbour, now + patience(asked));
    var last = sought.held().get(sought.held().size() - 1);
    return List.of(new Ask(neighbour, Optional.empty(), Optional.of(last.chassis())));
  }

  /** First whoever had the address, at last everybody, for it may be somebody else's by now. */
  private Effect askAgain(Neighbour neighbour, Bound bound, long now) {
    int asked = bound.asked() + 1;
    var again = new Bound(bound.share(), bound.mac(), bound.changed(), bound.heard(), asked);
    states.put(neighbour, again);
    deadlines.set(neighbour, now + patience(asked));
    var mac = asked < Limits.QUESTIONS ? Optional.of(bound.mac()) : Optional.<Long>empty();
    return new Ask(neighbour, mac, Optional.empty());
  }

  private List<Effect> giveUp(Neighbour neighbour, Sought sought, long now) {
    var share = sought.share();
    remove(neighbour);
    if (share.silent.size() >= Limits.SILENT_PER_ROUTER) {
      remove(share.silent.iterator().next());
    }
    if (silent < Limits.SILENT) {
      shares.put(share.router(), share);
      share.silent.add(neighbour);
      silent++;
      states.put(neighbour, new Silent(share));
      deadlines.set(neighbour, now + Limits.HOLD_DOWN.toNanos());
    }
    return sought.held().stream()
        .<Effect>map(packet -> new Unreachable(neighbour, packet))
        .toList();
  }

  /** Nobody was there to be asked by, so that silence says nothing: what is known stays. */
  void couldNotAsk(Neighbour neighbour, long now) {
    if (states.get(neighbour) instanceof Bound bound) {
      know(neighbour, new Bound(bound.share(), bound.mac(), bound.changed(), now, 0));
    }
  }

  private static long patience(int asked) {
    return Limits.FIRST_WAIT.toNanos() << asked - 1;
  }

  private void remove(Neighbour neighbour) {
    var state = states.remove(neighbour);
    if (state == null) {
      return;
    }
    deadlines.clear(neighbour);
    var share = state.share();
    if (state instanceof Sought sought) {
      share.sought.remove(neighbour);
      count(share, -sought.held().size());
    } else if (state instanceof Silent) {
      share.silent.remove(neighbour);
      silent--;
    } else {
      share.bound.remove(neighbour);
      share.refused = false;
    }
    if (share.empty()) {
      shares.remove(share.router());
    }
  }

  /** The routers that could not learn more. */
  Set<UUID> refusing() {
    return shares.values().stream()
        .filter(share -> share.refused)
        .map(Share::router)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Packets that wait. */
  int waiting() {
    return packets;
  }
}
