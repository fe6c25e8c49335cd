package io.heddle.openflow;

import java.nio.ByteBuffer;

/** What a switch says it has: first its meters, then its flows. */
final class Inventory {
  private final Meters meters = new Meters();
  private Dump flows = new Dump();

  Meters meters() {
    return meters;
  }

  Dump flows() {
    return flows;
  }

  /** The switch is about to be asked for all that it has. */
  void forget() {
    meters.forget();
    forgetFlows();
  }

  /** They were compared; there may be millions. */
  void forgetFlows() {
    flows = new Dump();
  }

  /**
   * Takes the body of one multipart reply (OpenFlow 1.3 section 7.3.5).
   *
   * @param stage whether meters or flows were asked for
   * @return whether it was the last
   * @throws IllegalArgumentException if it answers another question
   */
  boolean take(ByteBuffer reply, Stage stage) {
    int type = reply.getShort();
    int flags = reply.getShort();
    reply.getInt();
    boolean ofFlows = stage == Stage.FLOWS;
    if (type != (ofFlows ? Protocol.MULTIPART_FLOW : Protocol.MULTIPART_METER_CONFIG)) {
      throw new IllegalArgumentException("a reply of type " + type + " to a request for " + stage);
    }
    if (ofFlows) {
      flows.read(reply.slice());
    } else {
      meters.read(reply.slice());
    }
    return (flags & Protocol.REPLY_MORE) == 0;
  }
}
