package io.heddle.model;

import com.google.protobuf.Message;
import io.heddle.model.PortAddresses.Dynamic;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What rows say that has no effect: what Heddle cannot work with, and what it does not do yet.
 * Follows the commits; only rows that change are looked at. Not thread-safe.
 */
public final class RowProblems {
  private final Set<Place> known = new LinkedHashSet<>();

  /**
   * Moves on to a snapshot.
   *
   * @param changes all that differs between the snapshot before and this one
   * @return the first {@link Problems#PER_SOURCE} problems there are now, where they may be others
   *     than before
   */
  public Optional<List<Problem>> follow(Snapshot after, Collection<Change> changes) {
    boolean news = false;
    for (var change : changes) {
      news |= look(after, new Place(change.kind(), change.uuid()));
      if (change.kind().equals(AddressBook.SWITCHES) && !samePlan(change)) {
        var key = new IndexKey(AddressBook.PORTS, "logical_switch", change.uuid().toString());
        for (var port : after.index(key)) {
          news |= look(after, new Place(AddressBook.PORTS, port));
        }
      }
    }
    return news ? Optional.of(list(after)) : Optional.empty();
  }

  private static boolean samePlan(Change change) {
    return config(change.before()).equals(config(change.after()));
  }

  private static Optional<java.util.Map<String, String>> config(Optional<Row> row) {
    return row.map(r -> r.as(LogicalSwitch.class).getOtherConfigMap());
  }

  private boolean look(Snapshot snapshot, Place place) {
    boolean faulty =
        snapshot
            .row(place.kind(), place.uuid())
            .filter(r -> !of(snapshot, r).isEmpty())
            .isPresent();
    boolean changed = faulty ? known.add(place) : known.remove(place);
    return changed || faulty;
  }

  private List<Problem> list(Snapshot snapshot) {
    var problems = new ArrayList<Problem>();
    for (var place : known) {
      snapshot.row(place.kind(), place.uuid()).ifPresent(r -> problems.addAll(of(snapshot, r)));
      if (problems.size() >= Problems.PER_SOURCE) {
        break;
      }
    }
    return problems;
  }

  /** What one row says that has no effect. */
  static List<Problem> of(Snapshot snapshot, Row row) {
    var told = new ArrayList<Problem>();
    snapshot.unsound.part(row.kind(), row.uuid()).ifPresent(part -> faults(part, told));
    if (row.kind().options().getWithoutEffect()) {
      told.add(problem(row, "is kept, but has no effect yet"));
    } else {
      row.kind().columns().forEach(column -> withoutEffect(row, column, told));
    }
    if (row.kind().equals(AddressBook.SWITCHES)) {
      snapshot.addresses.plan(
          row, (key, why) -> told.add(problem(row, "other_config[" + key + "]: " + why)));
    } else if (row.kind().equals(AddressBook.GLOBAL)) {
      AddressBook.macPrefix(
          Optional.of(row), (key, why) -> told.add(problem(row, "options[" + key + "]: " + why)));
    } else if (row.kind().equals(AddressBook.PORTS)) {
      snapshot
          .sound()
          .row(row.kind(), row.uuid())
          .filter(port -> lacksAddresses(snapshot, port.as(LogicalSwitchPort.class)))
          .ifPresent(
              port -> told.add(problem(row, "addresses: not all could be given for \"dynamic\"")));
      var port = row.as(LogicalSwitchPort.class);
      if (Tags.asks(port) && !port.hasTag()) {
        told.add(problem(row, "tag_request: all tags of " + port.getParentName() + " are taken"));
      }
    }
    return told;
  }

  private static void faults(Unsound.Part part, List<Problem> told) {
    var row = part.whole();
    var more = part.sound().isPresent() ? "" : ": the row has no effect";
    for (var fault : Rules.faults(row.kind(), row.value())) {
      var path = fault.path().isEmpty() ? "" : fault.path() + ": ";
      told.add(problem(row, path + fault.message() + more));
    }
  }

  private static void withoutEffect(Row row, Column column, List<Problem> told) {
    if (!column.perhapsWithoutEffect() || column.isDefault(row.value())) {
      return;
    }
    if (column.withoutEffect()) {
      told.add(problem(row, column.name() + " is kept, but has no effect yet"));
    } else {
      var known = column.options().getKeysList();
      for (var entry : column.elements(row.value())) {
        var message = (Message) entry;
        var key = message.getField(message.getDescriptorForType().findFieldByName("key"));
        if (!known.contains(key)) {
          told.add(problem(row, column.name() + "[" + key + "] is kept, but has no effect yet"));
        }
      }
    }
  }

  private static boolean lacksAddresses(Snapshot snapshot, LogicalSwitchPort port) {
    return snapshot
        .addresses
        .plan(UUID.fromString(port.getLogicalSwitch()))
        .filter(plan -> PortAddresses.written(port).stream().anyMatch(a -> a instanceof Dynamic))
        .filter(plan -> given(port) < asked(plan))
        .isPresent();
  }

  private static int given(LogicalSwitchPort port) {
    return PortAddresses.given(port).map(known -> 1 + known.ips().size()).orElse(0);
  }

  private static int asked(AddressPlan plan) {
    return 1 + (plan.subnet().isPresent() ? 1 : 0) + (plan.ipv6Prefix().isPresent() ? 1 : 0);
  }

  /** What a client wrote comes back shortened, as in refusals. */
  private static Problem problem(Row row, String message) {
    var shortened = new Violation(-1, row.name(), "", message);
    return new Problem(row.kind().name(), shortened.row(), shortened.message());
  }
}
