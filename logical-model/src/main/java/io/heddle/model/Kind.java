package io.heddle.model;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.heddle.v1.KindOptions;
import io.heddle.v1.SchemaProto;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One kind of row, as its message's options describe it. Two are equal when their names are. */
public final class Kind {
  private final Message prototype;
  private final Descriptor descriptor;
  private final String name;
  private final List<Column> columns;
  private final Map<String, Column> byName = new HashMap<>();
  private final List<Column> references;
  private final List<Column> allocated;
  private final List<Column> allotted;
  private final List<Column> unwritten;
  private final List<Column> startingFalse;
  private final List<Column> exclusive;
  private final Map<String, Index> indexes = new LinkedHashMap<>();
  private final List<Index> everyIndex;
  private final List<List<Column>> unique;
  private final List<Index> uniqueIndexes;
  private final Optional<Column> nameColumn;
  private final KindOptions options;
  private final List<Column> owners;
  private final boolean maps;

  Kind(Message prototype) {
    this.prototype = prototype;
    this.descriptor = prototype.getDescriptorForType();
    this.name = descriptor.getName();
    this.columns = descriptor.getFields().stream().map(field -> Column.of(field, type())).toList();
    columns.forEach(column -> byName.put(column.name(), column));
    this.references = columns.stream().filter(c -> c.references().isPresent()).toList();
    this.allocated = columns.stream().filter(c -> c.allocated().isPresent()).toList();
    this.allotted = columns.stream().filter(Column::allotted).toList();
    this.unwritten = columns.stream().filter(c -> c.observed() || c.allotted()).toList();
    this.startingFalse = columns.stream().filter(Column::startsFalse).toList();
    this.exclusive = columns.stream().filter(c -> c.exclusiveTo().isPresent()).toList();
    this.maps = descriptor.getFields().stream().anyMatch(FieldDescriptor::isMapField);
    this.options = descriptor.getOptions().getExtension(SchemaProto.kind);
    this.owners = columns.stream().filter(Column::isOwner).toList();
    this.nameColumn = columns.stream().filter(Column::isName).findFirst();
    this.unique =
        options().getUniqueList().stream()
            .map(group -> Arrays.stream(group.split(",")).map(this::column).toList())
            .toList();
    columns.stream().filter(Kind::indexed).forEach(c -> index(c.name(), List.of(c)));
    unique.forEach(group -> index(groupName(group), group));
    this.everyIndex = List.copyOf(indexes.values());
    this.uniqueIndexes = unique.stream().map(group -> indexes.get(groupName(group))).toList();
  }

  private void index(String index, List<Column> group) {
    indexes.putIfAbsent(index, new Index(this, index, group));
  }

  private static boolean indexed(Column column) {
    return column.options().getIndexed()
        || column.isName()
        || column.references().isPresent()
        || column.exclusiveTo().isPresent();
  }

  private static String groupName(List<Column> group) {
    return String.join(",", group.stream().map(Column::name).toList());
  }

  /** The message's short name, for instance "LogicalSwitchPort". */
  public String name() {
    return name;
  }

  public Descriptor descriptor() {
    return descriptor;
  }

  public Message prototype() {
    return prototype;
  }

  public Class<? extends Message> type() {
    return prototype.getClass();
  }

  public KindOptions options() {
    return options;
  }

  /** Only Heddle itself writes rows of this kind. */
  public boolean observed() {
    return options().getObserved();
  }

  /** Columns by one of which at least a row must belong to another, if there are any. */
  public List<Column> owners() {
    return owners;
  }

  public List<Column> columns() {
    return columns;
  }

  public Column column(String name) {
    return Optional.ofNullable(byName.get(name))
        .orElseThrow(() -> new IllegalArgumentException(this + " has no field " + name));
  }

  /** Columns that refer to other rows. */
  List<Column> references() {
    return references;
  }

  /** Columns that hold allocated numbers. */
  List<Column> allocated() {
    return allocated;
  }

  /** Columns that the state machine alone fills. */
  List<Column> allotted() {
    return allotted;
  }

  /** Columns that no client writes: what was observed, and what the state machine fills. */
  List<Column> unwritten() {
    return unwritten;
  }

  /** Columns that are false in a new row that says nothing of them. */
  List<Column> startingFalse(int edition) {
    return edition < Edition.STARTING_FALSE ? List.of() : startingFalse;
  }

  /**
   * A new row of which nothing else is said.
   *
   * @param edition the version that all members understand
   */
  public Message.Builder begin(int edition) {
    var row = prototype.newBuilderForType();
    startingFalse(edition).forEach(column -> column.write(row, false));
    return row;
  }

  /** Columns whose values are one owner's each. */
  List<Column> exclusive() {
    return exclusive;
  }

  public Optional<Column> nameColumn() {
    return nameColumn;
  }

  /** The row's human name, where the kind has one and the row has it set. */
  public Optional<String> nameOf(Message row) {
    return nameColumn.map(c -> c.text(row)).filter(n -> !n.isEmpty());
  }

  /** Groups of columns whose values together are unique. */
  public List<List<Column>> unique() {
    return unique;
  }

  /** What {@link Snapshot#index} can be asked for: column names, several joined by commas. */
  public Set<String> indexes() {
    return Collections.unmodifiableSet(indexes.keySet());
  }

  /** The indexes themselves. */
  List<Index> everyIndex() {
    return everyIndex;
  }

  /** Those of {@link #unique}. */
  List<Index> uniqueIndexes() {
    return uniqueIndexes;
  }

  Index index(String index) {
    return indexes.get(index);
  }

  /**
   * The places of a row in one of its indexes: one for each element of a repeated column, none
   * where a reference is empty or an optional column is absent.
   */
  public Set<IndexKey> indexKeys(String index, Message row) {
    return indexes.get(index).keys(row);
  }

  /**
   * To write on a row, without the empty maps that the message's own builder makes: each takes more
   * than all else in most rows.
   */
  public Message.Builder edit(Message row) {
    if (!maps) {
      return row.toBuilder();
    }
    var copy = prototype.newBuilderForType();
    for (var column : columns) {
      if (!column.isDefault(row)) {
        column.write(copy, column.value(row));
      }
    }
    return copy.setUnknownFields(row.getUnknownFields());
  }

  public Message parse(Any any) throws InvalidProtocolBufferException {
    return prototype.getParserForType().parseFrom(any.getValue());
  }

  @Override
  public boolean equals(Object other) {
    return other == this || other instanceof Kind kind && kind.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
