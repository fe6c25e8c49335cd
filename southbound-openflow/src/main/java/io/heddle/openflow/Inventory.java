package io.heddle.openflow;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a switch says it has: first its meters, then its flows. */
final class Inventory {
  private final Meters meters = new Meters();
  private Dump flows = new Dump();
  private long comparedNanos;
  private Optional<Instant> lastCompared = Optional.empty();

  Meters meters() {
    return meters;
  }

  Dump flows() {
    return flows;
  }

  /** The switch is about to be asked for all that it has. */
  void forget() {
    meters.forget();
    flows = new Dump();
  }

  /** The flows are needed no longer; there may be millions. */
  void compared() {
    flows = new Dump();
    comparedNanos = System.nanoTime();
    lastCompared = Optional.of(Instant.now());
  }

  Optional<Instant> lastCompared() {
    return lastCompared;
  }

  /**
   * Whether it is time to ask again.
   *
   * @param every zero for never
   * @param now by {@link System#nanoTime}
   */
  boolean isDue(Duration every, long now) {
    return !every.isZero() && now - comparedNanos > every.toNanos();
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

  /**
   * The length that the next entry of a reply says it has.
   *
   * @param least that such an entry has
   * @throws IllegalArgumentException if it has less, or more than there is
   */
  static int entry(ByteBuffer entries, int least) {
    int there = entries.remaining();
    int length = there < least ? there : entries.getShort(entries.position()) & 0xffff;
    if (length < least || length > there) {
      throw new IllegalArgumentException(
          "an entry of %d bytes, of which %d are there".formatted(length, there));
    }
    return length;
  }
}
