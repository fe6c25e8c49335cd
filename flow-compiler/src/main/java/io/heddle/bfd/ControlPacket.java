package io.heddle.bfd;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A BFD control packet without authentication (RFC 5880 section 4.1).
 *
 * @param diagnostic why the sender's session went down last, up to 31
 * @param poll the sender asks for a packet that is {@code last}
 * @param last it answers one that polls (the bit F)
 * @param demand the sender wants no packets while both ends are up
 * @param multiplier of the sender's interval, after which its peer may miss it
 * @param mine the sender's discriminator, not 0
 * @param yours the receiver's, as far as the sender knows it, or 0
 * @param minTx microseconds between two packets that the sender would send, unsigned 32 bits
 * @param minRx microseconds between two packets that the sender bears; 0, if it wants none
 */
record ControlPacket(
    int diagnostic,
    State state,
    boolean poll,
    boolean last,
    boolean demand,
    int multiplier,
    int mine,
    int yours,
    long minTx,
    long minRx) {
  /** Of packets without authentication, in bytes. */
  static final int LENGTH = 24;

  /** The largest interval there is, in microseconds. */
  static final long LONGEST = 0xffff_ffffL;

  private static final int VERSION = 1;
  private static final int STATES = 6;
  private static final int POLL = 0x20;
  private static final int FINAL = 0x10;
  private static final int AUTHENTICATED = 0x04;
  private static final int DEMAND = 0x02;
  private static final int MULTIPOINT = 0x01;
  private static final int DIAGNOSTICS = 0x1f;

  /** Reads what UDP carried; nothing, where the packet is to be discarded (section 6.8.6). */
  static Optional<ControlPacket> read(byte[] datagram) {
    if (datagram.length < LENGTH) {
      return Optional.empty();
    }
    var in = ByteBuffer.wrap(datagram);
    int first = in.get() & 0xff;
    int flags = in.get() & 0xff;
    int multiplier = in.get() & 0xff;
    int length = in.get() & 0xff;
    var packet =
        new ControlPacket(
            first & DIAGNOSTICS,
            State.values()[flags >> STATES],
            (flags & POLL) != 0,
            (flags & FINAL) != 0,
            (flags & DEMAND) != 0,
            multiplier,
            in.getInt(),
            in.getInt(),
            in.getInt() & LONGEST,
            in.getInt() & LONGEST);
    return Optional.of(packet)
        .filter(p -> first >> 5 == VERSION)
        .filter(p -> length >= LENGTH && length <= datagram.length)
        .filter(p -> (flags & (AUTHENTICATED | MULTIPOINT)) == 0)
        .filter(ControlPacket::plausible);
  }

  private boolean plausible() {
    boolean unacquainted = state == State.DOWN || state == State.ADMIN_DOWN;
    return multiplier != 0 && mine != 0 && (yours != 0 || unacquainted) && !(poll && last);
  }

  /** As UDP carries it. */
  byte[] bytes() {
    int flags =
        state.ordinal() << STATES | (poll ? POLL : 0) | (last ? FINAL : 0) | (demand ? DEMAND : 0);
    return ByteBuffer.allocate(LENGTH)
        .put((byte) (VERSION << 5 | diagnostic))
        .put((byte) flags)
        .put((byte) multiplier)
        .put((byte) LENGTH)
        .putInt(mine)
        .putInt(yours)
        .putInt((int) minTx)
        .putInt((int) minRx)
        // No echo packets are taken.
        .putInt(0)
        .array();
  }
}
