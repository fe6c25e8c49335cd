package io.heddle.it.chaos;

import io.heddle.it.chaos.History.Append;
import io.heddle.it.chaos.History.Done;
import io.heddle.it.chaos.History.Refused;
import io.heddle.it.chaos.History.Unknown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether there is an order of all appends and reads that explains every answer and in which
 * nothing comes before what had ended when it began.
 *
 * <p>No search is needed. Values are unique, so the list that a register holds in the end is the
 * order of its appends, and what a read saw says between which two of them it was. What is left to
 * check is that
 *
 * <ul>
 *   <li>each acknowledged append is in the list once, each unknown one at most once, and nothing
 *       else is there;
 *   <li>what a read saw is the beginning of the list;
 *   <li>that order agrees with the clock, register by register: linearizability is local, so then
 *       there is one order for all;
 *   <li>revisions agree with that: no two commits have the same, one that began when another had
 *       ended has a greater one, lists are in their order, and what was read at a revision is what
 *       was committed up to it. This holds over all registers, also where a commit appends to
 *       several.
 * </ul>
 *
 * Answers that may be stale are the beginning of the list, too, hold nothing that was begun later,
 * and never go back on one member.
 *
 * @see <a href="https://doi.org/10.1145/78969.78972">Herlihy, Wing: Linearizability</a>
 * @see <a href="https://doi.org/10.14778/3430915.3430918">Kingsbury, Alvaro: Elle</a>
 */
final class Linearizability {
  /** From start to end, with its place in an order. */
  private record Placed(Object what, long place, long start, long end) {}

  private final History history;
  private final Map<String, List<Integer>> finals;
  private final Map<Integer, Append> byValue = new HashMap<>();
  private final List<String> faults = new ArrayList<>();

  private Linearizability(History history, Map<String, List<Integer>> finals) {
    this.history = history;
    this.finals = finals;
    history.appends().forEach(a -> byValue.put(a.value(), a));
  }

  /**
   * What contradicts linearizability; nothing where all is well.
   *
   * @param finals what the registers hold when all is over
   */
  static List<String> faults(History history, Map<String, List<Integer>> finals) {
    var check = new Linearizability(history, finals);
    check.contents();
    check.prefixes();
    finals.keySet().forEach(check::order);
    check.revisions();
    check.snapshots();
    check.stale();
    return check.faults;
  }

  private List<Integer> list(String register) {
    return finals.getOrDefault(register, List.of());
  }

  private void contents() {
    finals.forEach(
        (register, values) -> {
          var once = new HashSet<Integer>();
          for (var value : values) {
            var append = byValue.get(value);
            if (append == null || !append.registers().contains(register)) {
              faults.add(register + " has " + value + ", which nobody appended");
            } else if (append.outcome() instanceof Refused) {
              faults.add(register + " has " + value + ", which was refused: " + append);
            }
            if (!once.add(value)) {
              faults.add(register + " has " + value + " twice");
            }
          }
        });
    for (var append : history.appends()) {
      long there = append.registers().stream().filter(r -> has(r, append.value())).count();
      if (append.outcome() instanceof Done && there < append.registers().size()) {
        faults.add("lost: " + append);
      } else if (there > 0 && there < append.registers().size()) {
        faults.add("done by halves: " + append);
      }
    }
  }

  private boolean has(String register, int value) {
    return list(register).contains(value);
  }

  private void prefixes() {
    for (var read : history.reads()) {
      read.seen()
          .forEach(
              (register, seen) -> {
                var list = list(register);
                if (seen.size() > list.size() || !list.subList(0, seen.size()).equals(seen)) {
                  faults.add(register + " became " + list + ", which does not begin as in " + read);
                }
              });
    }
  }

  /** The n-th append to a register has place 2n, a read of n values place 2n + 1. */
  private void order(String register) {
    var placed = new ArrayList<Placed>();
    long place = 0;
    for (var value : list(register)) {
      place += 2;
      var append = byValue.get(value);
      if (append != null) {
        placed.add(new Placed(append, place, append.start(), certain(append)));
      }
    }
    for (var read : history.reads()) {
      if (!read.stale() && read.seen().containsKey(register)) {
        long after = 2L * read.seen().get(register).size() + 1;
        placed.add(new Placed(read, after, read.start(), read.end()));
      }
    }
    inTime("of " + register, placed, false);
  }

  /** When it was done for certain. */
  private static long certain(Append append) {
    return append.outcome() instanceof Unknown ? Long.MAX_VALUE : append.end();
  }

  /**
   * Whoever began when another had ended is behind it.
   *
   * @param alone whether no two may have the same place, unless both are reads
   */
  private void inTime(String of, List<Placed> placed, boolean alone) {
    var byStart = new ArrayList<>(placed);
    byStart.sort(Comparator.comparingLong(Placed::start));
    var byEnd = new ArrayList<>(placed);
    byEnd.sort(Comparator.comparingLong(Placed::end));
    int ended = 0;
    Placed last = null;
    for (var one : byStart) {
      while (ended < byEnd.size() && byEnd.get(ended).end() < one.start()) {
        var before = byEnd.get(ended++);
        last = last == null || last.place() <= before.place() ? before : last;
      }
      boolean behind =
          last == null
              || last.place() < one.place()
              || last.place() == one.place() && !(alone && one.what() instanceof Append);
      if (!behind) {
        faults.add("the order " + of + " is not that of the clock: " + one + " after " + last);
      }
    }
  }

  private void revisions() {
    var placed = new ArrayList<Placed>();
    var byRevision = new TreeMap<Long, Append>();
    for (var append : history.appends()) {
      if (append.outcome() instanceof Done done) {
        placed.add(new Placed(append, done.revision(), append.start(), append.end()));
        var other = byRevision.put(done.revision(), append);
        if (other != null) {
          faults.add("two commits at one revision: " + other + ", " + append);
        }
      }
    }
    for (var read : history.reads()) {
      if (!read.stale()) {
        placed.add(new Placed(read, read.revision(), read.start(), read.end()));
      }
    }
    inTime("of revisions", placed, true);
    finals.forEach(
        (register, values) -> {
          long before = 0;
          for (var value : values) {
            var append = byValue.get(value);
            if (append != null && append.outcome() instanceof Done done) {
              if (done.revision() <= before) {
                faults.add(register + " is not in the order of revisions: " + append);
              }
              before = done.revision();
            }
          }
        });
  }

  /** A read at a revision shows what was committed up to it. */
  private void snapshots() {
    for (var read : history.reads()) {
      read.seen()
          .forEach(
              (register, seen) -> {
                var list = list(register);
                for (int i = 0; i < list.size(); i++) {
                  var append = byValue.get(list.get(i));
                  if (append != null
                      && append.outcome() instanceof Done done
                      && (done.revision() <= read.revision()) != (i < seen.size())) {
                    faults.add("not what was at its revision: " + read + ", but " + append);
                  }
                }
              });
    }
  }

  private void stale() {
    var placed = new TreeMap<String, List<Placed>>();
    for (var read : history.reads()) {
      if (read.stale()) {
        placed
            .computeIfAbsent(read.member(), m -> new ArrayList<>())
            .add(new Placed(read, read.revision(), read.start(), read.end()));
        read.seen().values().stream()
            .flatMap(List::stream)
            .map(byValue::get)
            .filter(append -> append != null && append.start() > read.end())
            .forEach(append -> faults.add("read before it was begun: " + append + ", " + read));
      }
    }
    placed.forEach((member, reads) -> inTime("of stale reads of " + member, reads, false));
  }
}
