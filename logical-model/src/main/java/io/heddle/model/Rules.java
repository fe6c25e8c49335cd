package io.heddle.model;

import com.google.protobuf.Message;
import io.heddle.v1.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a row's fields must be by themselves, whatever other rows there are. */
final class Rules {
  private Rules() {}

  /** What is wrong with the row's fields. */
  static List<Fault> faults(Kind kind, Message row) {
    var faults = new ArrayList<Fault>();
    var unknown = row.getUnknownFields().asMap().keySet();
    if (!unknown.isEmpty()) {
      faults.add(new Fault(Optional.empty(), -1, "has fields that are not known here: " + unknown));
    }
    for (var column : kind.columns()) {
      check(column, row, faults);
    }
    return faults;
  }

  private static void check(Column column, Message row, List<Fault> faults) {
    if (column.isRepeated()) {
      if (!column.isDefault(row)) {
        checkElements(column, column.elements(row), faults);
      }
      return;
    }
    if (column.hasPresence() && column.isDefault(row)) {
      return;
    }
    var value = column.value(row);
    if (column.required() && value.equals("")) {
      faults.add(Fault.of(column, "must be set"));
      return;
    }
    checkElement(column, value).ifPresent(why -> faults.add(Fault.of(column, why)));
  }

  private static void checkElements(Column column, List<?> elements, List<Fault> faults) {
    if (elements.size() > column.maxElements()) {
      faults.add(
          Fault.of(column, elements.size() + " elements, more than " + column.maxElements()));
    }
    for (int i = 0; i < elements.size(); i++) {
      var fault = checkListed(column, elements.get(i));
      if (fault.isPresent()) {
        faults.add(new Fault(Optional.of(column), i, fault.get()));
      }
    }
  }

  /** A field may be empty, and is absent then; an element is there. */
  private static Optional<String> checkListed(Column column, Object element) {
    boolean formless = column.format() == Format.TEXT || column.format() == Format.PORT_ADDRESSES;
    return element.equals("") && !formless
        ? Optional.of("an element may not be empty")
        : checkElement(column, element);
  }

  private static Optional<String> checkElement(Column column, Object value) {
    if (value instanceof Message entry && column.isMap()) {
      var fields = entry.getDescriptorForType().getFields();
      var key = String.valueOf(entry.getField(fields.get(0)));
      var mapped = entry.getField(fields.get(1));
      return noneOf(column, key)
          .or(() -> tooLong(column, key))
          .or(() -> mapped instanceof String text ? tooLong(column, text) : number(column, mapped));
    }
    if (!(value instanceof String text)) {
      return number(column, value);
    }
    var fault = noneOf(column, text);
    if (fault.isEmpty()) {
      fault = tooLong(column, text);
    }
    return fault.isEmpty() ? Formats.fault(column.format(), text) : fault;
  }

  private static Optional<String> noneOf(Column column, String text) {
    return column.oneOf().isEmpty() || column.oneOf().contains(text)
        ? Optional.empty()
        : Optional.of("\"" + shorten(text) + "\" is none of " + column.oneOf());
  }

  private static Optional<String> number(Column column, Object value) {
    if (value instanceof Integer number) {
      return outOfRange(column, Integer.toUnsignedLong(number));
    }
    return value instanceof Long number ? outOfRange(column, number) : Optional.empty();
  }

  private static Optional<String> outOfRange(Column column, long number) {
    if (number > column.atMost()) {
      return Optional.of(number + " is more than " + column.atMost());
    }
    return number < column.atLeast()
        ? Optional.of(number + " is less than " + column.atLeast())
        : Optional.empty();
  }

  private static Optional<String> tooLong(Column column, String text) {
    return text.length() > column.maxLength()
        ? Optional.of(text.length() + " characters, more than " + column.maxLength())
        : Optional.empty();
  }

  private static String shorten(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
