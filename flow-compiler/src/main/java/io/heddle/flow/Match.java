package io.heddle.flow;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/** Which packets a flow is for: every named field's masked bits must be equal. Immutable. */
public final class Match {
  public static final Match ALL = new Match(new EnumMap<>(Field.class));

  private static final long ARP = 0x0806;

  /** The bits a field must have, and which of its bits are looked at; the others of value are 0. */
  public record Masked(Bits value, Bits mask) {}

  private final Map<Field, Masked> fields;

  private Match(EnumMap<Field, Masked> fields) {
    this.fields = Collections.unmodifiableMap(fields);
  }

  public static Match of(Field field, long value) {
    return ALL.and(field, value);
  }

  /** ARP packets, as matching any field of theirs requires. */
  public static Match arp() {
    return of(Field.ETH_TYPE, ARP);
  }

  public Match and(Field field, long value) {
    return and(field, Bits.of(value));
  }

  public Match and(Field field, Bits value) {
    return and(field, value, field.all());
  }

  public Match and(Field field, Bits value, Bits mask) {
    if (fields.containsKey(field)) {
      throw new IllegalArgumentException(field + " is matched twice");
    }
    if (mask.isZero() || !mask.and(field.all().not()).isZero() || !value.and(mask.not()).isZero()) {
      throw new IllegalArgumentException(field + "=" + value + "/" + mask + " cannot be matched");
    }
    var more = new EnumMap<Field, Masked>(Field.class);
    more.putAll(fields);
    more.put(field, new Masked(value, mask));
    return new Match(more);
  }

  public Match and(Flag flag, boolean set) {
    return and(Field.FLAGS, set ? flag.bit() : Bits.ZERO, flag.bit());
  }

  /** In the order of {@link Field}, which puts prerequisites before what requires them. */
  public Map<Field, Masked> fields() {
    return fields;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Match match && match.fields.equals(fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    var text = new StringJoiner(",");
    fields.forEach(
        (field, m) ->
            text.add(
                field + "=" + m.value() + (m.mask().equals(field.all()) ? "" : "/" + m.mask())));
    return text.toString();
  }
}
