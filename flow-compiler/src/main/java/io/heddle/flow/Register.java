package io.heddle.flow;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What flows leave for flows of later tables to read: a field that is no header, or one {@link
 * Flag}.
 *
 * @param bits which of the field's
 */
public record Register(String name, Field field, Bits bits, Lifetime lifetime) {
  private static final Map<Field, List<Register>> ALL = new EnumMap<>(Field.class);

  static {
    for (var field : Field.values()) {
      var whole = field.lifetime().map(life -> of(field, life)).stream();
      var flags = Arrays.stream(Flag.values()).filter(f -> field == Field.FLAGS).map(Register::of);
      ALL.put(field, Stream.concat(whole, flags).toList());
    }
  }

  private static Register of(Field field, Lifetime life) {
    return new Register(field.name(), field, field.all(), life);
  }

  public static Register of(Flag flag) {
    return new Register(flag.name(), Field.FLAGS, flag.bit(), flag.lifetime());
  }

  /** Those that a field consists of; none if it is no register. */
  public static List<Register> in(Field field) {
    return ALL.get(field);
  }

  public boolean overlaps(Bits some) {
    return bits.overlaps(some);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Register register && register.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
