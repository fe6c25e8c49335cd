package io.heddle.flow;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * One rule of one table. Its cookie is a hash of all else it consists of: two flows with one cookie
 * are the same flow, and a switch that has a cookie has the flow.
 */
public final class Flow {
  private final Table table;
  private final int priority;
  private final Match match;
  private final List<Action> actions;
  private final Optional<Table> next;
  private final long cookie;

  private Flow(Table table, int priority, Match match, List<Action> actions, Optional<Table> next) {
    this.table = table;
    this.priority = priority;
    this.match = match;
    this.actions = actions;
    this.next = next;
    FlowCheck.check(this);
    this.cookie =
        Hashing.farmHashFingerprint64().hashString(toString(), StandardCharsets.UTF_8).asLong();
  }

  /** Does the actions and ends; with no actions it drops the packet. */
  public static Flow of(Table table, int priority, Match match, Action... actions) {
    return new Flow(table, priority, match, List.of(actions), Optional.empty());
  }

  public static Flow of(Table table, int priority, Match match, List<Action> actions) {
    return new Flow(table, priority, match, List.copyOf(actions), Optional.empty());
  }

  /** The same flow, with the packet going on to a later table after the actions. */
  public Flow then(Table later) {
    return new Flow(table, priority, match, actions, Optional.of(later));
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
    return next;
  }

  public long cookie() {
    return cookie;
  }

  /** What no two flows of a switch may share. */
  public record Key(Table table, int priority, Match match) {}

  public Key key() {
    return new Key(table, priority, match);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Flow flow && flow.cookie == cookie;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(cookie);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    text.append("table=").append(table.number()).append(' ').append(table);
    text.append(" priority=").append(priority).append(' ').append(match).append(" actions=");
    actions.forEach(a -> text.append(a).append(','));
    text.append(next.map(t -> "goto " + t).orElse(actions.isEmpty() ? "drop" : "end"));
    return text.toString();
  }
}
