package io.heddle.openflow;

import io.heddle.openflow.wire.Message;

/**
 * Keeps a connection with a switch that another member drives, as its slave (OpenFlow 1.3 section
 * 6.3.6). Nothing is read of the switch, and nothing comes of it by itself. All of it happens on
 * the line's executor.
 */
final class Standby {
  private final Outbox outbox;
  private final OpenflowSettings settings;
  private int xid;
  private int awaited;
  private boolean slave;

  /** When it asks again, as long as it is not a slave; by {@link System#nanoTime}. */
  private long deadline;

  /**
   * @param xid the last that was used on the connection
   */
  Standby(Outbox outbox, OpenflowSettings settings, int xid) {
    this.outbox = outbox;
    this.settings = settings;
    this.xid = xid;
  }

  /** Nothing may be called afterwards but {@link #xid}. */
  int xid() {
    return xid;
  }

  boolean slave() {
    return slave;
  }

  /** Asks for the role, unless it was given; a later epoch changes nothing then. */
  void ask(long epoch) {
    if (!slave) {
      awaited = ++xid;
      deadline = System.nanoTime() + settings.retry().toNanos();
      outbox.send(Requests.role(xid, Protocol.ROLE_SLAVE, epoch));
    }
  }

  /** Whether it should ask again: who is behind asks with an old epoch and is refused. */
  boolean due(long now) {
    return !slave && now - deadline > 0;
  }

  void received(Message message) {
    if (message.type() == Protocol.ROLE_REPLY && message.xid() == awaited) {
      slave = true;
      outbox.send(Requests.handovers(++xid));
    }
  }
}
