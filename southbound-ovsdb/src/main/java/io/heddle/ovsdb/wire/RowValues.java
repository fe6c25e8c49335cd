package io.heddle.ovsdb.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The columns of one OVSDB row by name. A value is a String, Long, Double, Boolean or UUID, a Set
 * of these, or a Map from String to String. A column the host's schema lacks reads as empty.
 */
public record RowValues(Map<String, Object> columns) {
  public RowValues {
    columns = Map.copyOf(columns);
  }

  public static RowValues of() {
    return new RowValues(Map.of());
  }

  /** These values and one more. */
  public RowValues with(String column, Object value) {
    var more = new LinkedHashMap<>(columns);
    more.put(column, value);
    return new RowValues(more);
  }

  /** A string column's value, or the empty string. */
  public String text(String column) {
    return optionalText(column).orElse("");
  }

  public Optional<String> optionalText(String column) {
    return texts(column).stream().findFirst();
  }

  public Set<String> texts(String column) {
    return all(column, String.class);
  }

  public OptionalLong number(String column) {
    return all(column, Long.class).stream().mapToLong(Long::longValue).findFirst();
  }

  public Set<UUID> references(String column) {
    return all(column, UUID.class);
  }

  public Map<String, String> map(String column) {
    if (!(columns.get(column) instanceof Map<?, ?> map)) {
      return Map.of();
    }
    return map.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                e -> String.valueOf(e.getKey()), e -> String.valueOf(e.getValue())));
  }

  private <T> Set<T> all(String column, Class<T> type) {
    var value = columns.get(column);
    if (value instanceof Set<?> set) {
      return set.stream()
          .filter(type::isInstance)
          .map(type::cast)
          .collect(Collectors.toUnmodifiableSet());
    }
    return type.isInstance(value) ? Set.of(type.cast(value)) : Set.of();
  }
}
