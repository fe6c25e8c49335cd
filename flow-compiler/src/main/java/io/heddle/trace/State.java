package io.heddle.trace;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** A packet on its way through one host's tables, with all that flows can see of it. Mutable. */
final class State {
  private static final Bits REGISTER_PORTS = Bits.ones(16);

  private Packet packet;
  private final EnumMap<Field, Bits> values;

  State(Packet packet, int inPort) {
    this.packet = packet;
    this.values = new EnumMap<>(Field.class);
    set(Field.IN_PORT, Bits.of(Integer.toUnsignedLong(inPort)));
  }

  private State(State other) {
    this.packet = other.packet;
    this.values = new EnumMap<>(other.values);
  }

  State copy() {
    return new State(this);
  }

  void become(State other) {
    packet = other.packet;
    values.clear();
    values.putAll(other.values);
  }

  Packet packet() {
    return packet;
  }

  int inPort() {
    return (int) value(Field.IN_PORT).low();
  }

  /** All fields of the packet's surroundings that are not 0. */
  Map<Field, Bits> registers() {
    return Map.copyOf(values);
  }

  /** Empty where the packet has no such header. */
  Optional<Bits> get(Field field) {
    if (field == Field.IN_PORT_REGISTER) {
      return Optional.of(value(Field.IN_PORT).and(REGISTER_PORTS));
    }
    return header(field) ? packet.get(field) : Optional.of(value(field));
  }

  void set(Field field, Bits value) {
    if (field == Field.IN_PORT_REGISTER) {
      set(Field.IN_PORT, value);
    } else if (header(field)) {
      packet = packet.with(field, value);
    } else if (value.isZero()) {
      values.remove(field);
    } else {
      values.put(field, value);
    }
  }

  void set(Field field, int offset, int width, Bits value) {
    var old = get(field);
    if (old.isPresent()) {
      var mask = Bits.ones(width).shiftLeft(offset);
      set(field, old.get().and(mask.not()).or(value.shiftLeft(offset).and(mask)));
    }
  }

  private Bits value(Field field) {
    return values.getOrDefault(field, Bits.ZERO);
  }

  private static boolean header(Field field) {
    return field.compareTo(Field.ETH_DST) >= 0;
  }
}
