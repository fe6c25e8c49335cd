package io.heddle.openflow;

import io.heddle.compiler.Plans.PlanChange;
import io.heddle.compiler.Unit;
import io.heddle.compiler.UnitKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one switch should have, what it was told, and the difference. It does no input or output.
 *
 * <p>Flows are told apart by their cookies. A flow that several units have counts once on the
 * switch, so cookies are counted.
 */
final class Reconciler {
  /** A unit and its bytes; the unit is kept so that the encoder keeps the bytes. */
  private record Held(Unit unit, UnitBytes bytes) {}

  /**
   * A flow that the switch does not take.
   *
   * @param unit where it comes from
   * @param reason the switch's, for people
   */
  record Refused(UnitKey unit, String reason) {}

  static final String TOO_LONG = "it is longer than an OpenFlow message can be";

  private final Encoder encoder;
  private final Map<UnitKey, Held> desired = new HashMap<>();

  /** Units that changed since they were last told to the switch, as they were then. */
  private final Map<UnitKey, Optional<Held>> dirty = new LinkedHashMap<>();

  /** How many units have each flow, as last told to the switch. */
  private LongTable told = new LongTable();

  /** Cookies that the switch does not take, and why; not sent again until their unit changes. */
  private final Map<Long, String> refused = new HashMap<>();

  private boolean planned;
  private long revision;

  Reconciler(Encoder encoder) {
    this.encoder = encoder;
  }

  void plan(PlanChange change) {
    change.gone().forEach(this::drop);
    if (change.whole()) {
      var stays = new HashMap<UnitKey, Unit>();
      change.set().forEach(u -> stays.put(u.key(), u));
      List.copyOf(desired.keySet()).stream().filter(k -> !stays.containsKey(k)).forEach(this::drop);
      planned = true;
    }
    change.set().forEach(this::set);
    revision = change.revision();
  }

  private void drop(UnitKey key) {
    if (desired.containsKey(key)) {
      touch(key);
      desired.remove(key);
    }
  }

  private void set(Unit unit) {
    var held = desired.get(unit.key());
    if (held == null || held.unit() != unit) {
      touch(unit.key());
      desired.put(unit.key(), new Held(unit, encoder.encode(unit)));
    }
  }

  private void touch(UnitKey key) {
    dirty.putIfAbsent(key, Optional.ofNullable(desired.get(key)));
  }

  /** The whole plan is known. */
  boolean planned() {
    return planned;
  }

  /** Of the newest plan. */
  long revision() {
    return revision;
  }

  /** There is something to tell the switch. */
  boolean due() {
    return !dirty.isEmpty();
  }

  /** Flows the switch should have by what it was last told, without those it refused. */
  int flows() {
    return told.size() - refused.size();
  }

  /** The difference since the last bundle, which counts as told from now on. */
  Bundle next() {
    var bundle = new Bundle();
    for (var key : dirty.keySet()) {
      var now = desired.get(key);
      if (now != null) {
        tell(bundle, now.bytes());
      }
    }
    dirty.values().forEach(before -> before.ifPresent(held -> forget(bundle, held.bytes())));
    dirty.clear();
    return bundle;
  }

  private void tell(Bundle bundle, UnitBytes unit) {
    for (int i = 0; i < unit.flows(); i++) {
      long cookie = unit.cookie(i);
      boolean again = refused.remove(cookie) != null;
      if (told.add(cookie, 1) == 1 || again) {
        add(bundle, unit, i);
      }
    }
  }

  private void add(Bundle bundle, UnitBytes unit, int flow) {
    if (unit.tooLong(flow)) {
      refused.put(unit.cookie(flow), TOO_LONG);
    } else {
      bundle.add(unit, flow);
    }
  }

  private void forget(Bundle bundle, UnitBytes unit) {
    for (int i = 0; i < unit.flows(); i++) {
      long cookie = unit.cookie(i);
      if (told.add(cookie, -1) == 0 && refused.remove(cookie) == null) {
        bundle.delete(unit.place(i), cookie);
      }
    }
  }

  /** The difference between what the switch has and the plan, which counts as told from now on. */
  Bundle resync(Dump dump) {
    var bundle = new Bundle();
    var has = index(dump);
    var kept = new BitSet(dump.size());
    dirty.clear();
    told = new LongTable();
    for (var held : desired.values()) {
      var unit = held.bytes();
      for (int i = 0; i < unit.flows(); i++) {
        if (told.add(unit.cookie(i), 1) > 1) {
          continue;
        }
        int found = has.get(unit.cookie(i)) - 1;
        if (found >= 0 && dump.place(found) == unit.place(i)) {
          kept.set(found);
          refused.remove(unit.cookie(i));
        } else if (!refused.containsKey(unit.cookie(i))) {
          add(bundle, unit, i);
        }
      }
    }
    refused.keySet().removeIf(cookie -> told.get(cookie) == 0);
    for (int i = kept.nextClearBit(0); i < dump.size(); i = kept.nextClearBit(i + 1)) {
      bundle.delete(dump.place(i), dump.cookie(i));
    }
    return bundle;
  }

  /**
   * From cookies to one more than where they stand in the dump. One that stands there twice is of
   * no use: deleting the stranger by its cookie deletes ours too, so both go and ours comes anew.
   */
  private static LongTable index(Dump dump) {
    var index = new LongTable();
    for (int i = 0; i < dump.size(); i++) {
      index.put(dump.cookie(i), index.get(dump.cookie(i)) == 0 ? i + 1 : -1);
    }
    return index;
  }

  /** The switch did not take a flow. */
  void refuse(long cookie, String reason) {
    if (told.get(cookie) != 0) {
      refused.put(cookie, reason);
    }
  }

  /** All flows that the switch does not take, with where each comes from. */
  List<Refused> refused() {
    var found = new ArrayList<Refused>();
    if (refused.isEmpty()) {
      return found;
    }
    desired.forEach(
        (key, held) -> {
          for (int i = 0; i < held.bytes().flows(); i++) {
            var reason = refused.get(held.bytes().cookie(i));
            if (reason != null) {
              found.add(new Refused(key, reason));
            }
          }
        });
    return found;
  }
}
