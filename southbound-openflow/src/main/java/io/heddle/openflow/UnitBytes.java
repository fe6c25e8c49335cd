package io.heddle.openflow;

import io.heddle.compiler.Unit;
import io.heddle.flow.Flow;

/**
 * A unit's flows as the messages that add them, one after the other, and what the reconciler needs
 * to know of each. The same object serves every switch.
 */
final class UnitBytes {
  private static final int TYPICAL_FLOW = 240;

  private final byte[] bytes;

  /** Where each flow's message ends; it begins where the one before ends. */
  private final int[] ends;

  private final long[] cookies;
  private final int[] places;

  private UnitBytes(byte[] bytes, int[] ends, long[] cookies, int[] places) {
    this.bytes = bytes;
    this.ends = ends;
    this.cookies = cookies;
    this.places = places;
  }

  static UnitBytes of(Unit unit) {
    var flows = unit.flows();
    var out = new Octets(TYPICAL_FLOW * flows.size());
    var ends = new int[flows.size()];
    var cookies = new long[flows.size()];
    var places = new int[flows.size()];
    for (int i = 0; i < ends.length; i++) {
      var flow = flows.get(i);
      FlowBytes.add(out, flow);
      ends[i] = out.size();
      cookies[i] = flow.cookie();
      places[i] = place(flow);
    }
    return new UnitBytes(out.toArray(), ends, cookies, places);
  }

  /** A table and a priority in one number. */
  static int place(int table, int priority) {
    return table << 16 | priority;
  }

  private static int place(Flow flow) {
    return place(flow.table().number(), flow.priority());
  }

  static int table(int place) {
    return place >>> 16;
  }

  int flows() {
    return ends.length;
  }

  long cookie(int flow) {
    return cookies[flow];
  }

  int place(int flow) {
    return places[flow];
  }

  byte[] bytes() {
    return bytes;
  }

  int start(int flow) {
    return flow == 0 ? 0 : ends[flow - 1];
  }

  int end(int flow) {
    return ends[flow];
  }

  /** The flow is longer than a message can be. */
  boolean tooLong(int flow) {
    return start(flow) == end(flow);
  }
}
