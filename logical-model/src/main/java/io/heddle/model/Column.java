package io.heddle.model;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import io.heddle.v1.Allocation;
import io.heddle.v1.ColumnOptions;
import io.heddle.v1.Format;
import io.heddle.v1.OnDelete;
import io.heddle.v1.SchemaProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One field of a {@link Kind} and what its options demand, which is asked for each row: read once.
 */
public final class Column {
  /** The longest text, in characters, where the schema names no other bound. */
  public static final int DEFAULT_MAX_LENGTH = 255;

  private final FieldDescriptor field;
  private final FieldReader reader;
  private final FieldWriter writer;
  private final ColumnOptions options;
  private final boolean repeated;
  private final boolean presence;
  private final boolean map;
  private final Optional<String> references;
  private final Optional<String> owner;
  private final Optional<String> ovnKey;
  private final Optional<String> exclusiveTo;
  private final Optional<Allocation> allocated;

  private Column(
      FieldDescriptor field, FieldReader reader, FieldWriter writer, ColumnOptions options) {
    this.field = field;
    this.reader = reader;
    this.writer = writer;
    this.options = options;
    this.repeated = field.isRepeated();
    this.presence = field.hasPresence();
    this.map = field.isMapField();
    this.references = said(options.getReferences());
    this.owner = said(options.getOwner());
    this.ovnKey = said(options.getOvnKey());
    this.exclusiveTo = said(options.getExclusiveTo());
    this.allocated =
        options.hasAllocated() ? Optional.of(options.getAllocated()) : Optional.empty();
  }

  static Column of(FieldDescriptor field, Class<? extends Message> type) {
    var options = field.getOptions().getExtension(SchemaProto.column);
    return new Column(field, FieldReader.of(field, type), FieldWriter.of(field, type), options);
  }

  private static Optional<String> said(String option) {
    return option.isEmpty() ? Optional.empty() : Optional.of(option);
  }

  public FieldDescriptor field() {
    return field;
  }

  public ColumnOptions options() {
    return options;
  }

  public String name() {
    return field.getName();
  }

  public boolean isName() {
    return options.getName();
  }

  public boolean required() {
    return options.getRequired();
  }

  public boolean observed() {
    return options.getObserved();
  }

  /** The state machine alone fills the field. */
  public boolean allotted() {
    return options.getAllotted();
  }

  /** A new row says false here where its writer says nothing. */
  boolean startsFalse() {
    return options.getStartsFalse();
  }

  public Optional<String> references() {
    return references;
  }

  /** Whether the field refers to rows of that kind. */
  public boolean refersTo(Kind kind) {
    return options.getReferences().equals(kind.name());
  }

  /** Several values, a map's entries among them. */
  public boolean isRepeated() {
    return repeated;
  }

  /** The column of OVN_Northbound that says the same from the side of the row referred to. */
  public Optional<String> owner() {
    return owner;
  }

  /** The COLUMN:KEY that the field is for who speaks OVSDB, where OVN has no such column. */
  public Optional<String> ovnKey() {
    return ovnKey;
  }

  public boolean isMap() {
    return map;
  }

  /** Whether a value that nobody has set is told from one that is zero or empty. */
  public boolean hasPresence() {
    return presence;
  }

  /** Rows of the kind go with the last that they refer to by such columns. */
  public boolean isOwner() {
    return owner.isPresent() && onDelete() == OnDelete.CASCADE;
  }

  public boolean withoutEffect() {
    return options.getWithoutEffect();
  }

  /** Whether there are values, or keys of a map, that have no effect. */
  boolean perhapsWithoutEffect() {
    return withoutEffect() || options.getKeysCount() > 0;
  }

  /** Whether a row with a faulty value here is no row for whoever carries rows out. */
  public boolean decisive() {
    return required() || options.getDecisive();
  }

  public OnDelete onDelete() {
    return options.getOnDelete();
  }

  public Format format() {
    return options.getFormat();
  }

  public Optional<Allocation> allocated() {
    return allocated;
  }

  public List<String> oneOf() {
    return options.getOneOfList();
  }

  /** The field that rows with the same value of this one share too. */
  public Optional<String> exclusiveTo() {
    return exclusiveTo;
  }

  public int maxLength() {
    return options.getMaxLength() == 0 ? DEFAULT_MAX_LENGTH : options.getMaxLength();
  }

  public int maxElements() {
    return options.getMaxElements() == 0 ? Limits.ELEMENTS_PER_FIELD : options.getMaxElements();
  }

  /** The largest value; numbers of 32 bits are unsigned. */
  public long atMost() {
    if (options.getAtMost() != 0) {
      return Integer.toUnsignedLong(options.getAtMost());
    }
    return number().getJavaType() == JavaType.LONG ? Long.MAX_VALUE : 0xffff_ffffL;
  }

  /** The smallest value of a number. */
  public long atLeast() {
    if (options.hasAtLeast()) {
      return options.getAtLeast();
    }
    return number().getJavaType() == JavaType.LONG ? Long.MIN_VALUE : 0;
  }

  /** The field or, for a map, that of its values. */
  private FieldDescriptor number() {
    return map ? field.getMessageType().findFieldByName("value") : field;
  }

  /** The field's value, a list where it is repeated: as {@link MessageOrBuilder#getField}. */
  public Object value(MessageOrBuilder row) {
    return reader.value(row);
  }

  /** Says that value, a list where the field is repeated: as {@link Message.Builder#setField}. */
  public void write(Message.Builder row, Object value) {
    writer.write(row, value);
  }

  /** The elements of a repeated field. */
  public List<?> elements(MessageOrBuilder row) {
    return reader.elements(row);
  }

  /** The field's value as text; only for singular fields. */
  public String text(MessageOrBuilder row) {
    return String.valueOf(reader.value(row));
  }

  /** The field's texts: all elements of a repeated one; none where a singular one is empty. */
  public List<String> texts(MessageOrBuilder row) {
    if (repeated) {
      var elements = reader.elements(row);
      var texts = new ArrayList<String>(elements.size());
      elements.forEach(element -> texts.add(String.valueOf(element)));
      return texts;
    }
    var text = text(row);
    return text.isEmpty() ? List.of() : List.of(text);
  }

  /** Whether two rows have the same here, absence included. */
  public boolean same(Message one, Message other) {
    boolean set = reader.isSet(one);
    return set == reader.isSet(other) && (!set || reader.value(one).equals(reader.value(other)));
  }

  /** Whether nothing is said here. */
  public boolean isDefault(MessageOrBuilder row) {
    return !reader.isSet(row);
  }
}
