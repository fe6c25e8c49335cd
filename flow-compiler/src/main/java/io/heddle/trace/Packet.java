package io.heddle.trace;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One Ethernet frame, without its check sequence, as the bytes that travel. Immutable. Its fields
 * are those that Open vSwitch would see (OVS ovs-fields(7)).
 */
public final class Packet {
  /** Frames that Open vSwitch takes; the longest one is a jumbo frame. */
  public static final int LONGEST = 9_216;

  private final byte[] frame;
  private final Headers headers;

  private Packet(byte[] frame) {
    this.frame = frame;
    this.headers = Headers.of(frame);
  }

  /**
   * @throws IllegalArgumentException if the frame has no whole Ethernet header or is too long
   */
  public static Packet of(byte[] frame) {
    if (frame.length < Headers.ETHERNET || frame.length > LONGEST) {
      throw new IllegalArgumentException("a frame cannot have " + frame.length + " bytes");
    }
    return new Packet(frame.clone());
  }

  /**
   * Reads a packet as people write it; {@link PacketText} tells how.
   *
   * @throws IllegalArgumentException telling what is wrong
   */
  public static Packet parse(String text) {
    return new PacketParser(text).packet();
  }

  public byte[] bytes() {
    return frame.clone();
  }

  public int length() {
    return frame.length;
  }

  /** What a header field holds; empty if the packet has no such header or it is no header field. */
  public Optional<Bits> get(Field field) {
    return headers
        .place(field)
        .map(p -> p.at() < 0 ? Bits.of(p.constant()) : Bits.of(slice(p.at(), field.length())));
  }

  /**
   * The packet with a header field rewritten and the checksums that cover it put right. Without
   * such a header it is the same packet, as in the switch.
   */
  public Packet with(Field field, Bits value) {
    var place = headers.place(field).filter(p -> p.at() >= 0);
    if (place.isEmpty()) {
      return this;
    }
    var changed = frame.clone();
    System.arraycopy(value.bytes(field.length()), 0, changed, place.get().at(), field.length());
    if (place.get().at() >= headers.l3()) {
      Checksums.correct(changed, headers);
    }
    return new Packet(changed);
  }

  Headers headers() {
    return headers;
  }

  private byte[] slice(int from, int length) {
    return Arrays.copyOfRange(frame, from, from + length);
  }

  public String hex() {
    return HexFormat.of().formatHex(frame);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Packet packet && Arrays.equals(packet.frame, frame);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(frame);
  }

  /** Readable, and exact: {@link #parse} makes the same packet of it. */
  @Override
  public String toString() {
    return PacketText.of(this);
  }
}
