package io.heddle.openflow;

import io.heddle.flow.Flow;
import io.heddle.flow.Table;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The flows that a switch says it has, learned ones left out: of each its cookie and its place, a
 * table and a priority. Whatever else a reply tells is skipped by its length, so nothing in it need
 * be known here (OpenFlow 1.3 section 7.3.5.2).
 */
final class Dump {
  /** More than any switch of ours can have; a host that sends on and on costs no more memory. */
  static final int MOST_FLOWS = 8_000_000;

  /** Bytes of a flow's statistics before its match. */
  private static final int FLOW_STATS = 48;

  private static final int PRIORITY_AT = 12;
  private static final int COOKIE_AT = 24;

  private long[] cookies = new long[256];
  private int[] places = new int[256];
  private int size;

  int size() {
    return size;
  }

  long cookie(int flow) {
    return cookies[flow];
  }

  int table(int flow) {
    return places[flow] >>> 16;
  }

  /** The flow stands in the switch where it should. */
  boolean agrees(int found, Flow flow) {
    return places[found] == place(flow.table().number(), flow.priority());
  }

  /** A table and a priority in one number. */
  private static int place(int table, int priority) {
    return table << 16 | priority;
  }

  /** Takes one multipart reply's flows. */
  void read(ByteBuffer flows) {
    while (flows.hasRemaining()) {
      int length = Inventory.entry(flows, FLOW_STATS);
      read(flows, flows.position());
      flows.position(flows.position() + length);
    }
  }

  private void read(ByteBuffer flows, int at) {
    int table = flows.get(at + 2) & 0xff;
    if (Table.of(table).filter(Table::learned).isPresent()) {
      return;
    }
    if (size == MOST_FLOWS) {
      throw new IllegalArgumentException("more than " + MOST_FLOWS + " flows");
    }
    if (size == cookies.length) {
      cookies = Arrays.copyOf(cookies, 2 * size);
      places = Arrays.copyOf(places, 2 * size);
    }
    cookies[size] = flows.getLong(at + COOKIE_AT);
    places[size++] = place(table, flows.getShort(at + PRIORITY_AT) & 0xffff);
  }
}
