package io.heddle.compiler;

import io.heddle.flow.Flow;
import java.util.List;

/**
 * The flows that one feature makes of one thing: the smallest piece that changes as a whole. One
 * unit is one object however many chassis have it, so what is derived from it, such as its bytes,
 * is derived once.
 */
public record Unit(UnitKey key, List<Flow> flows) {
  public Unit {
    flows = List.copyOf(flows);
  }
}
