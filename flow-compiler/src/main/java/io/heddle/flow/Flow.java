package io.heddle.flow;

import com.google.common.hash.Hashing;
import java.util.List;
import java.util.Optional;

/**
 * One rule of one table. Its cookie is a hash of all else it consists of: two flows with one cookie
 * are the same flow, and a switch that has a cookie has the flow.
 */
public final class Flow {
  /** Of what is hashed, in bytes. */
  private static final int TYPICAL_LENGTH = 256;

  private final Table table;
  private final int priority;
  private final Match match;
  private final List<Action> actions;

  /** Null for none: there are very many flows. */
  private final Table next;

  /** Worked out when it is first asked for: 0 before. */
  private volatile long cookie;

  private Flow(Table table, int priority, Match match, List<Action> actions, Table next) {
    this.table = table;
    this.priority = priority;
    this.match = match;
    this.actions = actions;
    this.next = next;
  }

  private static Flow checked(Table table, int priority, Match match, List<Action> actions) {
    var flow = new Flow(table, priority, match, actions, null);
    FlowCheck.check(flow);
    return flow;
  }

  /** Does the actions and ends; with no actions it drops the packet. */
  public static Flow of(Table table, int priority, Match match, Action... actions) {
    return checked(table, priority, match, List.of(actions));
  }

  public static Flow of(Table table, int priority, Match match, List<Action> actions) {
    return checked(table, priority, match, List.copyOf(actions));
  }

  /** The same flow, with the packet going on to a later table after the actions. */
  public Flow then(Table later) {
    var flow = new Flow(table, priority, match, actions, later);
    FlowCheck.checkNext(flow, later);
    return flow;
  }

  public Table table() {
    return table;
  }

  /** From 0 to 65535; of the flows that match the highest is taken. */
  public int priority() {
    return priority;
  }

  public Match match() {
    return match;
  }

  public List<Action> actions() {
    return actions;
  }

  /** The table the packet goes on to after the actions. */
  public Optional<Table> next() {
    return Optional.ofNullable(next);
  }

  /** By which it hands packets to the controller; there is at most one. */
  public Optional<Action.Punt> punt() {
    return punt(actions);
  }

  private static Optional<Action.Punt> punt(List<Action> actions) {
    for (var action : actions) {
      if (action instanceof Action.Punt punt) {
        return Optional.of(punt);
      }
      if (action instanceof Action.Clone clone) {
        var inside = punt(clone.actions());
        if (inside.isPresent()) {
          return inside;
        }
      }
    }
    return Optional.empty();
  }

  public long cookie() {
    if (cookie == 0) {
      cookie = hash();
    }
    return cookie;
  }

  /** Numbers as they are, which is quick, and actions as their texts; the same everywhere. */
  private long hash() {
    var hasher = Hashing.farmHashFingerprint64().newHasher(TYPICAL_LENGTH);
    hasher.putInt(table.number()).putInt(priority).putInt(next().map(Table::number).orElse(-1));
    match.forEach(
        (field, m) -> {
          hasher.putInt(field.header());
          hasher.putLong(m.value().high()).putLong(m.value().low());
          hasher.putLong(m.mask().high()).putLong(m.mask().low());
        });
    // No field's header.
    hasher.putInt(0);
    actions.forEach(a -> hasher.putUnencodedChars(a.toString()).putChar(','));
    return hasher.hash().asLong();
  }

  /** What no two flows of a switch may share. */
  public record Key(Table table, int priority, Match match) {}

  public Key key() {
    return new Key(table, priority, match);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Flow flow && flow.cookie() == cookie();
  }

  @Override
  public int hashCode() {
    return Long.hashCode(cookie());
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    text.append("table=").append(table.number()).append(' ').append(table);
    text.append(" priority=").append(priority).append(' ').append(match).append(" actions=");
    actions.forEach(a -> text.append(a).append(','));
    text.append(next().map(t -> "goto " + t).orElse(actions.isEmpty() ? "drop" : "end"));
    return text.toString();
  }
}
