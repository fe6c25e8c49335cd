package io.heddle.answer;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Table;
import io.heddle.trace.Packet;
import java.util.Map;

/**
 * A packet that begins in the midst of a switch's tables.
 *
 * @param registers what it begins with; all others are 0
 * @param table where it begins
 */
public record Injection(Packet packet, Map<Field, Bits> registers, Table table) {
  public Injection {
    registers = Map.copyOf(registers);
  }
}
