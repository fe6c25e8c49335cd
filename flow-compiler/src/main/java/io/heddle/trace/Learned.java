package io.heddle.trace;

import io.heddle.compiler.UnitKey;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Table;
import io.vavr.collection.HashMap;
import io.vavr.collection.LinkedHashMap;
import io.vavr.collection.Map;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * What the switches have learned from packets, each by itself. Immutable. Nothing grows old here.
 */
public final class Learned {
  public static final Learned NOTHING = new Learned(HashMap.empty());

  /**
   * A learned flow.
   *
   * @param cookie of the flow that learned it, which takes it along when it goes
   * @param origin of that flow
   */
  public record Entry(Flow.Key key, List<Action> actions, long cookie, UnitKey origin) {
    public Entry {
      actions = List.copyOf(actions);
    }

    @Override
    public String toString() {
      return key.table() + " " + key.priority() + " " + key.match() + " actions=" + actions;
    }
  }

  private final Map<UUID, Map<Flow.Key, Entry>> hosts;

  private Learned(Map<UUID, Map<Flow.Key, Entry>> hosts) {
    this.hosts = hosts;
  }

  /** With what a host learned; a flow of the same key is replaced. */
  public Learned with(UUID chassis, Entry entry) {
    var flows = hosts.getOrElse(chassis, LinkedHashMap.empty()).put(entry.key(), entry);
    return new Learned(hosts.put(chassis, flows));
  }

  /** Without what was learned by flows that the fabric does not have any more. */
  public Learned in(Fabric fabric) {
    var chassis = fabric.hosts().stream().map(Fabric.Host::chassis).toList();
    return new Learned(
        hosts
            .filterKeys(chassis::contains)
            .map(
                (host, flows) ->
                    new io.vavr.Tuple2<>(
                        host, flows.filterValues(e -> fabric.rules(host).has(e.cookie())))));
  }

  /** What one host has learned, oldest first. */
  public List<Entry> of(UUID chassis) {
    return hosts.getOrElse(chassis, LinkedHashMap.empty()).values().toJavaList();
  }

  Optional<Entry> matching(UUID chassis, Table table, Function<Field, Optional<Bits>> fields) {
    return of(chassis).stream()
        .filter(e -> e.key().table() == table && Rules.matches(e.key().match(), fields))
        .max(Comparator.comparingInt(e -> e.key().priority()));
  }
}
