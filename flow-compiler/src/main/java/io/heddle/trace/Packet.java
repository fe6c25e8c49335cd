package io.heddle.trace;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import java.io.ByteArrayOutputStream;
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

  public static final int SHORTEST = Headers.ETHERNET;

  private static final byte[] TAG_TYPE = Bits.of(Headers.VLAN).bytes(2);
  private static final Places.Place NOWHERE = new Places.Place.Constant(0);

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
    if (frame.length < SHORTEST || frame.length > LONGEST) {
      throw new IllegalArgumentException("a frame cannot have " + frame.length + " bytes");
    }
    return new Packet(frame.clone());
  }

  /**
   * A frame whose checksums are put right before.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static Packet corrected(byte[] frame) {
    var right = of(frame);
    Checksums.correct(right.frame, right.headers);
    return right;
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
    var places = places();
    return places.of(field).map(p -> places.read(p, field.width()));
  }

  /**
   * The packet with a header field rewritten and the checksums that cover it put right. Without
   * such a header it is the same packet, as in the switch.
   */
  public Packet with(Field field, Bits value) {
    if (field == Field.VLAN_TCI) {
      return tagged((int) value.low());
    }
    if (field == Field.ND_RESERVED || field == Field.ND_OPTIONS_TYPE) {
      return advertising(field, value);
    }
    if (field == Field.TCP_FLAGS
        || !(places().of(field).orElse(NOWHERE) instanceof Places.Place.Bytes at)) {
      return this;
    }
    return written(at, field.width(), value);
  }

  private Packet written(Places.Place.Bytes at, int width, Bits value) {
    var changed = places().written(at, width, value);
    if (at.at() >= headers.l3()) {
      Checksums.correct(changed, headers);
    }
    return new Packet(changed);
  }

  /** Open vSwitch writes flags and the first option's type at once, if either is another. */
  private Packet advertising(Field field, Bits value) {
    var flags = field == Field.ND_RESERVED ? Optional.of(value) : get(Field.ND_RESERVED);
    var type = field == Field.ND_OPTIONS_TYPE ? Optional.of(value) : get(Field.ND_OPTIONS_TYPE);
    if (get(field).isEmpty() || get(field).equals(Optional.of(value))) {
      return this;
    }
    var at = (Places.Place.Bytes) places().of(Field.ND_RESERVED).orElseThrow();
    var flagged = written(at, Field.ND_RESERVED.width(), flags.orElseThrow());
    return places()
        .firstOption()
        .map(option -> flagged.written(option, Field.ND_OPTIONS_TYPE.width(), type.orElseThrow()))
        .orElse(flagged);
  }

  /** With this VLAN tag instead of the one it may have, or with none. */
  private Packet tagged(int tci) {
    int rest = places().tagged() ? Headers.ETHERNET + 2 : Headers.ETHERNET - 2;
    var type = places().tagged() ? slice(Headers.ETHERNET - 2, 2) : TAG_TYPE;
    var changed = new ByteArrayOutputStream();
    changed.write(frame, 0, Headers.ETHERNET - 2);
    if ((tci & Places.TAGGED) != 0) {
      changed.writeBytes(type);
      changed.writeBytes(Bits.of(tci & ~Places.TAGGED).bytes(2));
    }
    changed.write(frame, rest, frame.length - rest);
    return new Packet(changed.toByteArray());
  }

  private Places places() {
    return new Places(frame, headers);
  }

  public Headers headers() {
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
