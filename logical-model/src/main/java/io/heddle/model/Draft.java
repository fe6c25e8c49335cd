package io.heddle.model;

import com.google.protobuf.Message;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Receipt;
import io.heddle.v1.RowRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import kotlinx.collections.immutable.PersistentMap;

/**
 * A snapshot in the making. Operations are written down as they come; {@link #settle} then resolves
 * references, follows deletes, gives numbers and checks every rule at once, so that the order of
 * operations within a transaction does not matter.
 */
final class Draft {
  /** Who writes, and so what may be written. */
  enum Writer {
    CLIENT,
    /** Heddle itself: also what it observed. */
    OBSERVER,
    /**
     * A client that speaks OVSDB: whatever OVN would take, whether Heddle can work with it or not.
     */
    OVN
  }

  private final Snapshot before;
  private final Writer writer;
  private final long revision;
  private final int edition;
  private final Map<Place, Integer> touched = new LinkedHashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private final Uniqueness uniqueness = new Uniqueness(this::index, this::row);
  private final PendingRows rows;
  private PersistentMap<String, Pool> pools;
  private AddressBook addresses;
  private Unsound unsound;

  Draft(Snapshot before, Writer writer) {
    this.before = before;
    this.writer = writer;
    this.revision = before.revision() + 1;
    this.edition = Edition.of(before);
    this.rows = new PendingRows(before);
    this.pools = before.pools;
    this.addresses = before.addresses;
    this.unsound = before.unsound;
  }

  /** See {@link Snapshot#undo}. */
  static Snapshot undo(Snapshot after, long revision, List<Change> changes) {
    var draft = new Draft(after, Writer.OBSERVER);
    for (var change : changes) {
      var current = draft.row(change.kind(), change.uuid());
      change.before().ifPresentOrElse(draft.rows::put, () -> current.ifPresent(draft.rows::remove));
    }
    return draft.seal(revision, "", Receipt.getDefaultInstance());
  }

  /**
   * What was saved, but with the rows that say how the cluster runs as they are there. They are as
   * good as new: what goes by their versions must grow, whichever of the two was ahead.
   */
  static Snapshot restore(Snapshot saved, Snapshot running, long revision) {
    var draft = new Draft(saved.remembering(running.receipts), Writer.OBSERVER);
    for (var kind : Schema.rows().kinds()) {
      if (kind.options().getOfTheCluster()) {
        saved.rows(kind).values().forEach(draft.rows::remove);
        for (var row : running.rows(kind).values()) {
          draft.rows.put(new Row(row.uuid(), row.value(), row.created(), revision));
        }
      }
    }
    return draft.seal(revision, "", Receipt.getDefaultInstance());
  }

  static Optional<Row> find(Snapshot snapshot, Kind kind, RowRef ref) {
    if (!ref.getUuid().isEmpty()) {
      return StateMachine.parseUuid(ref.getUuid()).flatMap(uuid -> snapshot.row(kind, uuid));
    }
    var named = snapshot.named(kind, ref.getName());
    return named.size() == 1 ? snapshot.row(kind, named.iterator().next()) : Optional.empty();
  }

  Optional<Row> find(Kind kind, RowRef ref) {
    if (!ref.getUuid().isEmpty()) {
      return StateMachine.parseUuid(ref.getUuid()).flatMap(uuid -> row(kind, uuid));
    }
    var named = named(kind, ref.getName());
    return named.size() == 1 ? row(kind, named.iterator().next()) : Optional.empty();
  }

  Set<UUID> named(Kind kind, String name) {
    if (kind.nameColumn().isEmpty() || name.isEmpty()) {
      return Set.of();
    }
    return index(new IndexKey(kind, kind.nameColumn().get().name(), name));
  }

  Optional<Row> row(Kind kind, UUID uuid) {
    return row(new Place(kind, uuid));
  }

  /** What is sound of the row as it was before the transaction. */
  Optional<Row> soundOld(Place place) {
    return before.sound().row(place.kind(), place.uuid());
  }

  /** What is sound of the row, once it was checked. */
  Optional<Row> sound(Place place) {
    var part = unsound.part(place.kind(), place.uuid());
    return part.isPresent() ? part.get().sound() : row(place);
  }

  /** The row as it was before the transaction. */
  Optional<Row> old(Place place) {
    return rows.before(place);
  }

  /** What was sound of the first row of a name before the transaction. */
  Optional<Row> soundOld(Kind kind, String name) {
    return before.sound().named(kind, name).stream()
        .findFirst()
        .flatMap(uuid -> soundOld(new Place(kind, uuid)));
  }

  /** What is sound of the first row of a name. */
  Optional<Row> sound(Kind kind, String name) {
    return named(kind, name).stream().findFirst().flatMap(uuid -> sound(new Place(kind, uuid)));
  }

  Optional<Row> row(Place place) {
    return rows.row(place);
  }

  /** The rows that are written, deleted, or drawn in by others that are. */
  List<Place> places() {
    return List.copyOf(touched.keySet());
  }

  /** Draws in a row that changes because another one does. */
  void touch(Place place, Place cause) {
    touched.putIfAbsent(place, touched.get(cause));
  }

  Set<UUID> index(IndexKey key) {
    return rows.index(key);
  }

  /** Whether an operation so far was about this row. */
  boolean touches(Kind kind, UUID uuid) {
    return touched.containsKey(new Place(kind, uuid));
  }

  void put(int operation, Kind kind, UUID uuid, Message value) {
    touched.put(new Place(kind, uuid), operation);
    write(kind, uuid, begin(kind, uuid, keep(kind, uuid, value)));
  }

  /** The same with the row's builder, which serves again for what is to be written on the row. */
  void put(int operation, Kind kind, UUID uuid, Message.Builder row) {
    var value = row.build();
    put(operation, kind, uuid, value);
    rows.keep(new Place(kind, uuid), value, row);
  }

  /** To write on a row as it is here. */
  Message.Builder edit(Row row) {
    return rows.builder(row).orElseGet(() -> row.kind().edit(row.value()));
  }

  void delete(int operation, Kind kind, UUID uuid) {
    touched.put(new Place(kind, uuid), operation);
    row(kind, uuid).ifPresent(rows::remove);
  }

  /** Writes a row as it was written elsewhere, where the same was before. */
  void replay(Kind kind, UUID uuid, Message value) {
    var place = new Place(kind, uuid);
    touched.put(place, 0);
    long created = old(place).map(Row::created).orElse(revision);
    rows.put(new Row(uuid, value, created, revision));
  }

  /**
   * All that was replayed.
   *
   * @param cursors the numbers given last, by pool
   */
  Applied replayed(Map<String, Integer> cursors, String requestId, Receipt receipt) {
    pools = new Numbers(this, before.pools).follow(cursors);
    var after = seal(revision, requestId, receipt);
    return new Applied(after, changes(), new Outcome.Committed(receipt));
  }

  /** What is not the writer's to say stays as it is. */
  private Message keep(Kind kind, UUID uuid, Message value) {
    var current = old(new Place(kind, uuid)).map(Row::value);
    Message.Builder kept = null;
    for (var column : writer == Writer.CLIENT ? kind.unwritten() : kind.allotted()) {
      boolean never = column.observed() && writer == Writer.CLIENT;
      var stays = current.orElse(kind.prototype());
      if ((never || current.isPresent()) && !column.same(stays, value)) {
        kept = kept == null ? kind.edit(value) : kept;
        copy(column, stays, kept);
      }
    }
    return kept == null ? value : kept.build();
  }

  /** What a new row says where its writer says nothing. */
  private Message begin(Kind kind, UUID uuid, Message value) {
    var starting = kind.startingFalse(edition);
    if (starting.isEmpty() || old(new Place(kind, uuid)).isPresent()) {
      return value;
    }
    Message.Builder begun = null;
    for (var column : starting) {
      if (column.isDefault(value)) {
        begun = begun == null ? kind.edit(value) : begun;
        column.write(begun, false);
      }
    }
    return begun == null ? value : begun.build();
  }

  private static void copy(Column column, Message from, Message.Builder to) {
    if (!column.hasPresence() || from.hasField(column.field())) {
      column.write(to, column.value(from));
    } else {
      to.clearField(column.field());
    }
  }

  /** A row that ends as it began keeps its version. */
  void write(Kind kind, UUID uuid, Message value) {
    var old = old(new Place(kind, uuid));
    if (old.isEmpty()) {
      rows.put(new Row(uuid, value, revision, revision));
    } else if (old.get().value().equals(value)) {
      rows.put(old.get());
    } else {
      rows.put(new Row(uuid, value, old.get().created(), revision));
    }
  }

  void remove(Row row) {
    rows.remove(row);
  }

  /** Brings the draft to rest and returns what is wrong with it. */
  List<Violation> settle() {
    new Departures(this).settle();
    new Resolution(this).settle();
    pools = new Numbers(this, before.pools).settle();
    new Tags(this).settle();
    touched.keySet().forEach(this::check);
    if (violations.isEmpty()) {
      addresses = new Allotment(this, before.addresses).settle();
    }
    return violations;
  }

  private void check(Place place) {
    row(place)
        .ifPresentOrElse(this::check, () -> unsound = unsound.without(place.kind(), place.uuid()));
  }

  private void check(Row row) {
    var faults = Rules.faults(row.kind(), row.value());
    unsound = unsound.with(row, faults);
    for (var fault : faults) {
      if (fault.column().filter(c -> !isNew(row, c)).isEmpty()) {
        fault(row, fault.path(), fault.message());
      }
    }
    uniqueness.check(row, (field, message) -> fault(row, field, message));
    checkBelonging(row);
    checkCount(row);
  }

  /** Writes the addresses that a port was given for "dynamic"; empty for none. */
  void allot(UUID port, String text) {
    var row = row(AddressBook.PORTS, port).orElseThrow();
    var value = (LogicalSwitchPort.Builder) edit(row);
    if (text.isEmpty()) {
      value.clearDynamicAddresses();
    } else {
      value.setDynamicAddresses(text);
    }
    write(row.kind(), port, value.build());
    if (unsound.part(row.kind(), port).isPresent()) {
      var now = row(AddressBook.PORTS, port).orElseThrow();
      unsound = unsound.with(now, Rules.faults(now.kind(), now.value()));
    }
  }

  /** What stands there from before was accepted then, by another door perhaps. */
  private boolean isNew(Row row, Column column) {
    return old(new Place(row.kind(), row.uuid()))
        .filter(old -> column.same(old.value(), row.value()))
        .isEmpty();
  }

  private void checkBelonging(Row row) {
    var owners = row.kind().owners();
    for (var owner : owners) {
      if (!owner.isDefault(row.value())) {
        return;
      }
    }
    if (!owners.isEmpty()) {
      var names = owners.stream().filter(Column::isRepeated).map(Column::name).toList();
      if (names.size() == owners.size()) {
        violation(row, names.get(0), "the row must belong to something: " + names);
      }
    }
  }

  private void checkCount(Row row) {
    int most = row.kind().options().getMaxRows();
    if (most > 0 && rows.count(row.kind()) > most) {
      violation(row, "", "there may be " + most + " of them only");
    }
  }

  /** Something that Heddle cannot work with; who may write it hears of it as a problem. */
  void fault(Row row, String field, String message) {
    if (writer != Writer.OVN) {
      violation(row, field, message);
    }
  }

  void violation(Row row, String field, String message) {
    if (violations.size() >= Limits.REPORTED_VIOLATIONS) {
      return;
    }
    int operation = touched.getOrDefault(new Place(row.kind(), row.uuid()), -1);
    violations.add(new Violation(operation, row.kind() + " " + row.name(), field, message));
  }

  List<Change> changes() {
    var changes = new ArrayList<Change>();
    for (var place : touched.keySet()) {
      var old = old(place);
      var now = row(place);
      if (!old.equals(now)) {
        changes.add(new Change(place.kind(), place.uuid(), old, now));
      }
    }
    return changes;
  }

  Snapshot seal(long sealedRevision, String requestId, Receipt receipt) {
    var receipts = requestId.isEmpty() ? before.receipts : before.receipts.with(requestId, receipt);
    return new Snapshot(
        sealedRevision, rows.allRows(), rows.allIndexes(), pools, addresses, receipts, unsound);
  }
}
