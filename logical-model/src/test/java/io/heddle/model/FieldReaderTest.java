package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import org.junit.jupiter.api.Test;

/** Fields are read as protobuf itself reads them: of each kind of row each field, set and not. */
class FieldReaderTest {
  @Test
  void readsWhatProtobufReads() {
    for (var kind : Schema.rows().kinds()) {
      var empty = kind.prototype();
      for (var column : kind.columns()) {
        var field = column.field();
        check(column, empty);
        check(column, empty.toBuilder());
        var set = empty.toBuilder();
        if (field.isRepeated()) {
          set.addRepeatedField(field, sample(set, field));
        } else {
          set.setField(field, sample(set, field));
        }
        check(column, set);
        check(column, set.build());
        check(column, set.setField(field, empty.getField(field)));
        check(column, set.build());
      }
    }
  }

  private static void check(Column column, MessageOrBuilder row) {
    var field = column.field();
    var name = field.getFullName();
    boolean unset =
        field.isRepeated() ? row.getRepeatedFieldCount(field) == 0 : !row.hasField(field);
    assertEquals(row.getField(field), column.value(row), name);
    assertEquals(unset, column.isDefault(row), name);
  }

  private static Object sample(Message.Builder row, FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> "text";
      case INT -> 7;
      case LONG -> 7L;
      case BOOLEAN -> true;
      case FLOAT -> 7f;
      case DOUBLE -> 7d;
      case BYTE_STRING -> ByteString.copyFromUtf8("text");
      case ENUM -> field.getEnumType().getValues().get(1);
      case MESSAGE -> entry(row, field);
    };
  }

  private static Message entry(Message.Builder row, FieldDescriptor field) {
    var entry = row.newBuilderForField(field);
    for (var part : entry.getDescriptorForType().getFields()) {
      entry.setField(part, sample(entry, part));
    }
    return entry.build();
  }
}
