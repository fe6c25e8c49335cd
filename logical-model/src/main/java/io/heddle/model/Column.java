package io.heddle.model;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.heddle.v1.Allocation;
import io.heddle.v1.ColumnOptions;
import io.heddle.v1.Format;
import io.heddle.v1.OnDelete;
import io.heddle.v1.SchemaProto;
import java.util.List;
import java.util.Optional;

/** One field of a {@link Kind} and what its options demand. */
public record Column(FieldDescriptor field, ColumnOptions options) {
  /** The longest text, in characters, where the schema names no other bound. */
  public static final int DEFAULT_MAX_LENGTH = 255;

  static Column of(FieldDescriptor field) {
    return new Column(field, field.getOptions().getExtension(SchemaProto.column));
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

  public Optional<String> references() {
    return options.getReferences().isEmpty()
        ? Optional.empty()
        : Optional.of(options.getReferences());
  }

  public OnDelete onDelete() {
    return options.getOnDelete();
  }

  public Format format() {
    return options.getFormat();
  }

  public Optional<Allocation> allocated() {
    return options.hasAllocated() ? Optional.of(options.getAllocated()) : Optional.empty();
  }

  public List<String> oneOf() {
    return options.getOneOfList();
  }

  /** The field that rows with the same value of this one share too. */
  public Optional<String> exclusiveTo() {
    return options.getExclusiveTo().isEmpty()
        ? Optional.empty()
        : Optional.of(options.getExclusiveTo());
  }

  public int maxLength() {
    return options.getMaxLength() == 0 ? DEFAULT_MAX_LENGTH : options.getMaxLength();
  }

  /** The largest value; numbers are unsigned and of 32 bits. */
  public long atMost() {
    int most = options.getAtMost() == 0 ? -1 : options.getAtMost();
    return Integer.toUnsignedLong(most);
  }

  /** The field's value as text; only for singular fields. */
  public String text(Message row) {
    return String.valueOf(row.getField(field));
  }
}
