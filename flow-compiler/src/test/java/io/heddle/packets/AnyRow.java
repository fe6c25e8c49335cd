package io.heddle.packets;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.model.Schema;
import io.heddle.trace.Words;
import io.heddle.v1.Format;
import java.util.LinkedHashSet;
import java.util.Set;

/** A row of any kind as data files write it: the kind's name and FIELD=VALUE…. */
record AnyRow(Message value, Set<String> fields) {

  static Kind kind(String name) {
    return Schema.rows()
        .kind(name)
        .orElseThrow(() -> new IllegalArgumentException("there is no kind " + name));
  }

  static AnyRow read(Kind kind, Words words) {
    var row = kind.prototype().toBuilder();
    var fields = new LinkedHashSet<String>();
    while (words.more()) {
      var word = words.word("FIELD=VALUE");
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("\"" + word + "\" is not FIELD=VALUE");
      }
      var path = word.substring(0, equals).split("\\.", 2);
      set(row, kind.column(path[0]), path.length > 1 ? path[1] : "", word.substring(equals + 1));
      fields.add(path[0]);
    }
    return new AnyRow(row.build(), fields);
  }

  private static void set(Message.Builder row, Column column, String key, String text) {
    var field = column.field();
    if (field.isMapField()) {
      var entry = row.newBuilderForField(field);
      var type = field.getMessageType();
      entry.setField(type.findFieldByName("key"), key);
      entry.setField(type.findFieldByName("value"), text);
      row.addRepeatedField(field, entry.build());
    } else if (field.isRepeated()) {
      row.addRepeatedField(field, value(column, text));
    } else {
      row.setField(field, value(column, text));
    }
  }

  private static Object value(Column column, String text) {
    FieldDescriptor field = column.field();
    return switch (field.getJavaType()) {
      case BOOLEAN -> Boolean.parseBoolean(text);
      case INT -> Integer.parseInt(text);
      case LONG -> Long.parseLong(text);
      case STRING -> column.format() == Format.MAC_ADDRESS ? Edits.longMac(text) : text;
      default -> throw new IllegalArgumentException(field + " cannot be written here");
    };
  }

  /** Whether a row has these values in these fields. */
  boolean agrees(Message row) {
    return fields.stream()
        .map(name -> value.getDescriptorForType().findFieldByName(name))
        .allMatch(field -> value.getField(field).equals(row.getField(field)));
  }
}
