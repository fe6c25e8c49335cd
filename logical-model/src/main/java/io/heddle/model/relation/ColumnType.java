package io.heddle.model.relation;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a column holds (RFC 7047 section 3.2, {@code <type>}): between {@code min} and {@code max}
 * keys, each with a value where there is a {@code value} type.
 *
 * @param min 0 or 1
 * @param max at least 1, or {@link #UNLIMITED}
 */
public record ColumnType(BaseType key, Optional<BaseType> value, int min, long max) {
  /** What a maximum is where the schema says "unlimited", and the longest length of a text. */
  public static final long UNLIMITED = 0xffff_ffffL;

  private static final Map<AtomType, Datum> ZEROS = new EnumMap<>(AtomType.class);

  static {
    for (var type : AtomType.values()) {
      ZEROS.put(type, Datum.of(type.zero()));
    }
  }

  public ColumnType {
    if (min < 0 || min > 1 || max < 1 || max > UNLIMITED) {
      throw new IllegalArgumentException(min + " to " + max);
    }
  }

  public static ColumnType scalar(BaseType key) {
    return new ColumnType(key, Optional.empty(), 1, 1);
  }

  public static ColumnType optional(BaseType key) {
    return new ColumnType(key, Optional.empty(), 0, 1);
  }

  public static ColumnType set(BaseType key) {
    return new ColumnType(key, Optional.empty(), 0, UNLIMITED);
  }

  public static ColumnType map(BaseType key, BaseType value) {
    return new ColumnType(key, Optional.of(value), 0, UNLIMITED);
  }

  public boolean isMap() {
    return value.isPresent();
  }

  /** Exactly one key without a value. */
  public boolean isScalar() {
    return !isMap() && min == 1 && max == 1;
  }

  /** At most one key without a value. */
  public boolean isOptionalScalar() {
    return !isMap() && min == 0 && max == 1;
  }

  public boolean isSet() {
    return !isMap() && !isScalar();
  }

  /** What the column holds in a row that was inserted without it (RFC 7047 section 5.2.1). */
  public Datum initial() {
    if (min == 0) {
      return empty();
    }
    return isMap()
        ? Datum.Pairs.of(key.type().zero(), value.get().type().zero())
        : ZEROS.get(key.type());
  }

  /** No keys, in the form that data of this column have. */
  public Datum empty() {
    if (isMap()) {
      return Datum.Pairs.EMPTY;
    }
    return key.type() == AtomType.UUID ? Datum.Ids.EMPTY : Datum.Atoms.EMPTY;
  }
}
