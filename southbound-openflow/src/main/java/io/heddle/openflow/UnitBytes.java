package io.heddle.openflow;

import io.heddle.compiler.Unit;
import io.heddle.openflow.wire.Slice;

/**
 * A unit's flows as the messages that add them, one after the other. The same object serves every
 * switch.
 */
final class UnitBytes {
  private static final int TYPICAL_FLOW = 256;

  private final byte[] bytes;

  /** Where each flow's message ends; it begins where the one before ends. */
  private final int[] ends;

  private UnitBytes(byte[] bytes, int[] ends) {
    this.bytes = bytes;
    this.ends = ends;
  }

  static UnitBytes of(Unit unit) {
    var flows = unit.flows();
    var out = new Octets(TYPICAL_FLOW * flows.size());
    var ends = new int[flows.size()];
    for (int i = 0; i < ends.length; i++) {
      FlowBytes.add(out, flows.get(i));
      ends[i] = out.size();
    }
    return new UnitBytes(out.toArray(), ends);
  }

  private int start(int flow) {
    return flow == 0 ? 0 : ends[flow - 1];
  }

  /** The flow is longer than a message can be. */
  boolean tooLong(int flow) {
    return start(flow) == ends[flow];
  }

  /**
   * As many messages as there are whole ones in that many bytes, but at least one.
   *
   * @param first the flow to begin with
   * @param end the flow to stop before
   */
  Slice slice(int first, int end, int most) {
    int from = start(first);
    int last = first;
    while (last + 1 < end && ends[last + 1] - from <= most) {
      last++;
    }
    return new Slice(bytes, from, ends[last] - from);
  }

  /** The first flow that begins behind the slice. */
  int after(Slice slice, int first) {
    int end = slice.from() + slice.length();
    int flow = first;
    while (flow < ends.length && ends[flow] <= end) {
      flow++;
    }
    return flow;
  }
}
