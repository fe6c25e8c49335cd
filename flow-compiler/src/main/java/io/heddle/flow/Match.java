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
  public static final Match ALL = new Match(Shape.NOTHING, new Bits[0]);

  private static final long ARP = 0x0806;

  /** The bits a field must have, and which of its bits are looked at; the others of value are 0. */
  public record Masked(Bits value, Bits mask) {}

  /**
   * Which fields a match looks at, in order. That is no great variety, so equal ones are one, and
   * each knows those with one field more.
   */
  private record Shape(Field[] fields, Map<Field, Shape> more) {
    static final Shape NOTHING = new Shape(new Field[0], new ConcurrentHashMap<>());

    private static final Map<List<Field>, Shape> ALL = new ConcurrentHashMap<>();

    Shape with(Field field, int at) {
      // Found without a lambda: there are very many matches.
      var known = more.get(field);
      return known == null ? more.computeIfAbsent(field, f -> made(f, at)) : known;
    }

    private Shape made(Field field, int at) {
      var longer = Arrays.copyOf(fields, fields.length + 1);
      System.arraycopy(fields, at, longer, at + 1, fields.length - at);
      longer[at] = field;
      return ALL.computeIfAbsent(
          List.of(longer), l -> new Shape(longer, new ConcurrentHashMap<>()));
    }
  }

  // Arrays, for there are very many matches.

  private final Shape shape;

  /** Of each field first its value, then its mask. */
  private final Bits[] bits;

  private Match(Shape shape, Bits[] bits) {
    this.shape = shape;
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
    int at = place(field);
    if (at < size() && field(at) == field) {
      throw new IllegalArgumentException(field + " is matched twice");
    }
    if (mask.isZero() || !mask.within(field.all()) || !value.within(mask)) {
      throw new IllegalArgumentException(field + "=" + value + "/" + mask + " cannot be matched");
    }
    var moreBits = Arrays.copyOf(bits, bits.length + 2);
    System.arraycopy(bits, 2 * at, moreBits, 2 * at + 2, bits.length - 2 * at);
    moreBits[2 * at] = value;
    moreBits[2 * at + 1] = mask;
    return new Match(shape.with(field, at), moreBits);
  }

  /** Where a field is or would be. */
  private int place(Field field) {
    int at = 0;
    while (at < size() && field(at).ordinal() < field.ordinal()) {
      at++;
    }
    return at;
  }

  /** Of fields. */
  int size() {
    return shape.fields.length;
  }

  /** In the order of {@link Field}. */
  Field field(int number) {
    return shape.fields[number];
  }

  /** Of a field by its number. */
  Bits mask(int number) {
    return bits[2 * number + 1];
  }

  /** Whether all of a field's bits must be those of a value. */
  boolean requires(Field field, long value) {
    int at = place(field);
    return at < size()
        && field(at) == field
        && mask(at).equals(field.all())
        && bits[2 * at].high() == 0
        && bits[2 * at].low() == value;
  }

  public Match and(Flag flag, boolean set) {
    return and(Field.FLAGS, set ? flag.bit() : Bits.ZERO, flag.bit());
  }

  /** In the order of {@link Field}, which puts prerequisites before what requires them. */
  public void forEach(BiConsumer<Field, Masked> each) {
    for (int i = 0; i < size(); i++) {
      each.accept(field(i), masked(i));
    }
  }

  /** What a field must have, where the match names it. */
  public Optional<Masked> get(Field field) {
    int at = place(field);
    return at < size() && field(at) == field ? Optional.of(masked(at)) : Optional.empty();
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
    return other instanceof Match match && match.shape == shape && Arrays.equals(match.bits, bits);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape.fields) + Arrays.hashCode(bits);
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
