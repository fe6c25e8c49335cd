package io.heddle.answer;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.trace.Packet;
import java.util.Map;

/**
 * A packet that a switch handed over, with what it knew of it.
 *
 * @param registers all fields but headers that were not 0
 */
public record PuntedPacket(Action.Punt why, Packet packet, Map<Field, Bits> registers) {
  public PuntedPacket {
    registers = Map.copyOf(registers);
  }

  public Bits register(Field field) {
    return registers.getOrDefault(field, Bits.ZERO);
  }
}
