package io.heddle.northbound.grpc;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.v1.api.Filter;
import io.heddle.v1.api.ListRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rows of a kind that a list asks for. */
record Selection(Kind kind, List<Condition> conditions) {
  private static final Comparator<Row> BY_NAME =
      Comparator.comparing(Row::name).thenComparing(row -> row.uuid().toString());

  /**
   * One filter.
   *
   * @param key the map entry it is about, where the column is a map
   */
  record Condition(Column column, Optional<String> key, String value) {}

  static Selection of(ListRequest request, Refusals refusals) {
    var kind = kind("kind", request.getKind(), refusals);
    var conditions = new ArrayList<Condition>();
    for (int i = 0; i < request.getFiltersCount(); i++) {
      conditions.add(condition(kind, "filters[" + i + "].field", request.getFilters(i), refusals));
    }
    return new Selection(kind, List.copyOf(conditions));
  }

  /** The kind of that name; the request's field is at fault where there is none. */
  static Kind kind(String field, String name, Refusals refusals) {
    return Schema.rows()
        .kind(name)
        .orElseThrow(() -> refusals.invalid(field, "no kind of row is called " + name));
  }

  private static Condition condition(Kind kind, String path, Filter filter, Refusals refusals) {
    int colon = filter.getField().indexOf(':');
    var name = colon < 0 ? filter.getField() : filter.getField().substring(0, colon);
    var column =
        kind.columns().stream()
            .filter(c -> c.name().equals(name))
            .findFirst()
            .orElseThrow(() -> refusals.invalid(path, kind + " has no field " + name));
    if (column.field().isMapField() != colon >= 0) {
      throw refusals.invalid(
          path,
          column.field().isMapField()
              ? name + " is a map: write " + name + ":KEY"
              : name + " is not a map");
    }
    var key =
        colon < 0 ? Optional.<String>empty() : Optional.of(filter.getField().substring(colon + 1));
    return new Condition(column, key, filter.getValue());
  }

  /** The rows of the snapshot that match, sorted by name and then by UUID. */
  List<Row> of(Snapshot snapshot) {
    return candidates(snapshot)
        .filter(row -> conditions.stream().allMatch(c -> matches(snapshot, c, row)))
        .sorted(BY_NAME)
        .toList();
  }

  private Stream<Row> candidates(Snapshot snapshot) {
    for (var condition : conditions) {
      if (isIndexed(condition)) {
        return wanted(snapshot, condition).stream()
            .flatMap(
                value ->
                    snapshot.index(kind.type(), condition.column().name(), value).stream()
                        .flatMap(uuid -> snapshot.row(kind, uuid).stream()));
      }
    }
    return snapshot.rows(kind).values().stream();
  }

  /** What has nothing in a column is not in its index. */
  private boolean isIndexed(Condition condition) {
    return kind.indexes().contains(condition.column().name()) && !condition.value().isEmpty();
  }

  private static boolean matches(Snapshot snapshot, Condition condition, Row row) {
    var wanted = wanted(snapshot, condition);
    return texts(condition, row.value()).anyMatch(wanted::contains);
  }

  /** The texts of a matching field: a reference may be named, but rests as a UUID. */
  private static Set<String> wanted(Snapshot snapshot, Condition condition) {
    var referred = condition.column().references();
    if (referred.isEmpty() || condition.value().isEmpty()) {
      return Set.of(condition.value());
    }
    var kind = Schema.rows().kind(referred.get()).orElseThrow();
    return Stream.concat(
            Stream.of(condition.value()),
            snapshot.named(kind, condition.value()).stream().map(UUID::toString))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The field's values as text; what is not set is also the empty text. */
  private static Stream<String> texts(Condition condition, Message row) {
    var field = condition.column().field();
    if (field.isRepeated()) {
      var elements = ((List<?>) row.getField(field)).stream();
      var texts =
          condition
              .key()
              .map(key -> elements.flatMap(e -> entry((Message) e, key)))
              .orElseGet(() -> elements.map(e -> text(field, e)))
              .toList();
      return texts.isEmpty() ? Stream.of("") : texts.stream();
    }
    if (field.hasPresence()) {
      return row.hasField(field) ? Stream.of(text(field, row.getField(field))) : Stream.of("");
    }
    var value = row.getField(field);
    return value.equals(field.getDefaultValue())
        ? Stream.of("", text(field, value))
        : Stream.of(text(field, value));
  }

  private static Stream<String> entry(Message entry, String key) {
    var fields = entry.getDescriptorForType().getFields();
    return entry.getField(fields.get(0)).toString().equals(key)
        ? Stream.of(text(fields.get(1), entry.getField(fields.get(1))))
        : Stream.empty();
  }

  private static String text(FieldDescriptor field, Object value) {
    if (value instanceof EnumValueDescriptor constant) {
      return constant.getName();
    }
    return field.getJavaType() == JavaType.INT && value instanceof Integer number
        ? Integer.toUnsignedString(number)
        : value.toString();
  }
}
