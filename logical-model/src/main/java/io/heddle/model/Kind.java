package io.heddle.model;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.heddle.v1.SchemaProto;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One kind of row, as its message's options describe it. Two are equal when their names are. */
public final class Kind {
  private final Message prototype;
  private final List<Column> columns;
  private final List<String> indexes;
  private final List<List<Column>> unique;
  private final Optional<Column> nameColumn;

  Kind(Message prototype) {
    this.prototype = prototype;
    this.columns = descriptor().getFields().stream().map(Column::of).toList();
    this.nameColumn = columns.stream().filter(Column::isName).findFirst();
    this.unique =
        descriptor().getOptions().getExtension(SchemaProto.kind).getUniqueList().stream()
            .map(group -> Arrays.stream(group.split(",")).map(this::column).toList())
            .toList();
    this.indexes =
        Stream.concat(
                columns.stream().filter(Kind::indexed).map(Column::name),
                unique.stream().map(Kind::groupName))
            .distinct()
            .toList();
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
    return descriptor().getName();
  }

  public Descriptor descriptor() {
    return prototype.getDescriptorForType();
  }

  public Message prototype() {
    return prototype;
  }

  public Class<? extends Message> type() {
    return prototype.getClass();
  }

  /** Only Heddle itself writes rows of this kind. */
  public boolean observed() {
    return descriptor().getOptions().getExtension(SchemaProto.kind).getObserved();
  }

  public List<Column> columns() {
    return columns;
  }

  public Column column(String name) {
    return columns.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name() + " has no field " + name));
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
  public List<String> indexes() {
    return indexes;
  }

  /** The place of a row in one of its indexes. */
  public IndexKey indexKey(String index, Message row) {
    if (index.indexOf(',') < 0) {
      return new IndexKey(this, index, column(index).text(row));
    }
    return new IndexKey(
        this,
        index,
        String.join(",", Arrays.stream(index.split(",")).map(c -> column(c).text(row)).toList()));
  }

  public Message parse(Any any) throws InvalidProtocolBufferException {
    return prototype.getParserForType().parseFrom(any.getValue());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Kind kind && kind.name().equals(name());
  }

  @Override
  public int hashCode() {
    return name().hashCode();
  }

  @Override
  public String toString() {
    return name();
  }
}
