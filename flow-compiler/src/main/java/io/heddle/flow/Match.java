package io.heddle.flow;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** Which packets a flow is for: every named field's masked bits must be equal. Immutable. */
public final class Match {
  public static final Match ALL = new Match(new Field[0], new Bits[0]);

  private static final long ARP = 0x0806;

  /** The bits a field must have, and which of its bits are looked at; the others of value are 0. */
  public record Masked(Bits value, Bits mask) {}

  // Arrays, for there are very many matches.

  /** What matches can look at is no great variety, so equal arrays are one. */
  private static final Map<List<Field>, Field[]> SHAPES = new ConcurrentHashMap<>();

  private final Field[] fields;

  /** Of each field first its value, then its mask. */
  private final Bits[] bits;

  private Match(Field[] fields, Bits[] bits) {
    this.fields = fields;
    this.bits = bits;
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
    int at = -1 - Arrays.binarySearch(fields, field);
    if (at < 0) {
      throw new IllegalArgumentException(field + " is matched twice");
    }
    if (mask.isZero() || !mask.and(field.all().not()).isZero() || !value.and(mask.not()).isZero()) {
      throw new IllegalArgumentException(field + "=" + value + "/" + mask + " cannot be matched");
    }
    var moreFields = Arrays.copyOf(fields, fields.length + 1);
    System.arraycopy(fields, at, moreFields, at + 1, fields.length - at);
    moreFields[at] = field;
    var moreBits = Arrays.copyOf(bits, bits.length + 2);
    System.arraycopy(bits, 2 * at, moreBits, 2 * at + 2, bits.length - 2 * at);
    moreBits[2 * at] = value;
    moreBits[2 * at + 1] = mask;
    return new Match(SHAPES.computeIfAbsent(List.of(moreFields), f -> moreFields), moreBits);
  }

  public Match and(Flag flag, boolean set) {
    return and(Field.FLAGS, set ? flag.bit() : Bits.ZERO, flag.bit());
  }

  /** In the order of {@link Field}, which puts prerequisites before what requires them. */
  public void forEach(BiConsumer<Field, Masked> each) {
    for (int i = 0; i < fields.length; i++) {
      each.accept(fields[i], masked(i));
    }
  }

  /** What a field must have, where the match names it. */
  public Optional<Masked> get(Field field) {
    int at = Arrays.binarySearch(fields, field);
    return at < 0 ? Optional.empty() : Optional.of(masked(at));
  }

  private Masked masked(int at) {
    return new Masked(bits[2 * at], bits[2 * at + 1]);
  }

  /** The same as a map, in the same order. */
  public Map<Field, Masked> fields() {
    var map = new EnumMap<Field, Masked>(Field.class);
    forEach(map::put);
    return map;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Match match
        && Arrays.equals(match.fields, fields)
        && Arrays.equals(match.bits, bits);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(fields) + Arrays.hashCode(bits);
  }

  @Override
  public String toString() {
    var text = new StringJoiner(",");
    forEach(
        (field, m) ->
            text.add(
                field + "=" + m.value() + (m.mask().equals(field.all()) ? "" : "/" + m.mask())));
    return text.toString();
  }
}
