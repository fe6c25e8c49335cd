package io.heddle.openflow;

import io.heddle.compiler.Plans.PlanChange;
import io.heddle.compiler.Unit;
import io.heddle.compiler.UnitKey;
import io.heddle.compiler.Units;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
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
  /**
   * A flow that the switch does not take.
   *
   * @param unit where it comes from
   * @param reason the switch's, for people
   */
  record Refused(UnitKey unit, String reason) {}

  private final Units desired = new Units();

  /** Units that changed since they were last told to the switch, as they were then. */
  private final Map<UnitKey, Optional<Unit>> dirty = new LinkedHashMap<>();

  /** How many units have each flow, as last told to the switch. */
  private Cookies told = Cookies.none();

  /** Cookies that the switch does not take, and why; not sent again until their unit changes. */
  private final Map<Long, String> refused = new HashMap<>();

  private boolean planned;
  private boolean synced;
  private long revision;

  void plan(PlanChange change) {
    change.gone().forEach(this::drop);
    if (change.whole()) {
      dropAllBut(change.set());
      desired.expect(change.set().size());
      planned = true;
    }
    change.set().forEach(this::set);
    revision = change.revision();
  }

  private void dropAllBut(List<Unit> units) {
    if (!desired.isEmpty()) {
      var stays = new HashSet<UnitKey>();
      units.forEach(u -> stays.add(u.key()));
      var goes = new ArrayList<UnitKey>();
      desired.forEach(
          u -> {
            if (!stays.contains(u.key())) {
              goes.add(u.key());
            }
          });
      goes.forEach(this::drop);
    }
  }

  private void drop(UnitKey key) {
    var before = desired.remove(key);
    if (before.isPresent()) {
      changed(key, before);
    }
  }

  private void set(Unit unit) {
    var before = desired.put(unit);
    if (before.isEmpty() || before.get() != unit) {
      changed(unit.key(), before);
    }
  }

  /** Before the switch's flows were read back once there is nothing to differ from. */
  private void changed(UnitKey key, Optional<Unit> before) {
    if (synced) {
      dirty.putIfAbsent(key, before);
    }
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
      desired.get(key).ifPresent(now -> tell(bundle, now));
    }
    dirty.values().forEach(before -> before.ifPresent(unit -> forget(bundle, unit)));
    dirty.clear();
    return bundle;
  }

  private void tell(Bundle bundle, Unit unit) {
    for (int i = 0; i < unit.flows().size(); i++) {
      long cookie = unit.flows().get(i).cookie();
      boolean again = refused.remove(cookie) != null;
      if (told.add(cookie, 1) == 1 || again) {
        bundle.add(unit, i);
      }
    }
  }

  private void forget(Bundle bundle, Unit unit) {
    for (var flow : unit.flows()) {
      boolean last = told.add(flow.cookie(), -1) == 0;
      if (last && refused.remove(flow.cookie()) == null) {
        bundle.delete(flow);
      }
    }
  }

  /**
   * The difference between what the switch has and the plan, which counts as told from now on. The
   * bundle needs all meters of the plan.
   */
  Bundle resync(Dump dump, Meters meters) {
    var bundle = new Bundle();
    var has = index(dump);
    var kept = new BitSet(dump.size());
    dirty.clear();
    var counts = new LongTable();
    synced = true;
    for (var unit : desired) {
      for (int i = 0; i < unit.flows().size(); i++) {
        var flow = unit.flows().get(i);
        if (counts.add(flow.cookie(), 1) > 1) {
          continue;
        }
        int found = has.get(flow.cookie()) - 1;
        if (found >= 0 && dump.agrees(found, flow) && meters.serve(flow)) {
          kept.set(found);
          bundle.keep(flow);
          refused.remove(flow.cookie());
        } else if (!refused.containsKey(flow.cookie())) {
          bundle.add(unit, i);
        }
      }
    }
    told = Cookies.of(counts);
    refused.keySet().removeIf(cookie -> told.count(cookie) == 0);
    for (int i = kept.nextClearBit(0); i < dump.size(); i = kept.nextClearBit(i + 1)) {
      bundle.delete(dump.table(i), dump.cookie(i));
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
    if (told.count(cookie) != 0) {
      refused.put(cookie, reason);
    }
  }

  /** All flows that the switch does not take, with where each comes from. */
  List<Refused> refused() {
    var found = new ArrayList<Refused>();
    if (refused.isEmpty()) {
      return found;
    }
    for (var unit : desired) {
      for (var flow : unit.flows()) {
        var reason = refused.get(flow.cookie());
        if (reason != null) {
          found.add(new Refused(unit.key(), reason));
        }
      }
    }
    return found;
  }
}
