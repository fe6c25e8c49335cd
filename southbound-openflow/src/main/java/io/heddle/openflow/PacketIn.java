package io.heddle.openflow;

import io.heddle.answer.PuntedPacket;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Register;
import io.heddle.openflow.wire.Message;
import io.heddle.trace.Packet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A packet that a switch hands over, in the only form that tells what the flow said of it:
 * NXT_PACKET_IN2, a list of properties (nicira-ext.h). Properties that are not needed are skipped
 * by their lengths.
 */
final class PacketIn {
  private static final int PACKET = 0;
  private static final int METADATA = 6;
  private static final int USERDATA = 7;

  /** Of a property, and of a field, before what it holds. */
  private static final int HEADER = 4;

  private static final int MASKED = 1 << 8;
  private static final int REGISTER_WIDTH = 32;

  private static final Map<Integer, Field> REGISTERS = new HashMap<>();

  static {
    Arrays.stream(Field.values())
        .filter(f -> !Register.in(f).isEmpty())
        .forEach(f -> REGISTERS.put(f.header(), f));
  }

  private Optional<byte[]> packet = Optional.empty();
  private Optional<Action.Punt> why = Optional.empty();
  private final EnumMap<Field, Bits> registers = new EnumMap<>(Field.class);

  private PacketIn() {}

  /** Of whatever form. */
  static boolean is(Message message) {
    if (message.type() == Protocol.PACKET_IN) {
      return true;
    }
    return message.type() == Protocol.EXPERIMENTER && ours(message.body());
  }

  private static boolean ours(ByteBuffer body) {
    return body.remaining() >= 8
        && body.getInt(0) == Protocol.NICIRA
        && body.getInt(4) == Protocol.NX_PACKET_IN2;
  }

  /**
   * Reads what {@link #is} a packet-in.
   *
   * @return empty if no flow of ours handed it over, or if it is no frame that could be answered
   * @throws IllegalArgumentException if it makes no sense
   * @throws java.nio.BufferUnderflowException if it ends too early
   */
  static Optional<PuntedPacket> read(Message message) {
    var body = message.body();
    if (message.type() == Protocol.PACKET_IN) {
      return Optional.empty();
    }
    var in = new PacketIn();
    in.properties(body.position(8));
    return in.why.flatMap(
        punt ->
            in.packet
                .filter(PacketIn::fits)
                .map(p -> new PuntedPacket(punt, Packet.of(p), in.registers)));
  }

  /** Its length is its sender's doing, who must not end the switch's connection by it. */
  private static boolean fits(byte[] frame) {
    return frame.length >= Packet.SHORTEST && frame.length <= Packet.LONGEST;
  }

  private void properties(ByteBuffer in) {
    while (in.hasRemaining()) {
      int type = in.getShort() & 0xffff;
      int length = (in.getShort() & 0xffff) - HEADER;
      if (length < 0 || length > in.remaining()) {
        throw new IllegalArgumentException("a packet-in's property of " + length + " bytes");
      }
      property(type, in.slice(in.position(), length));
      int padded = (HEADER + length + 7) / 8 * 8 - HEADER;
      in.position(in.position() + Math.min(padded, in.remaining()));
    }
  }

  private void property(int type, ByteBuffer value) {
    switch (type) {
      case PACKET -> packet = Optional.of(bytes(value));
      case METADATA -> fields(value);
      case USERDATA -> why = Action.Punt.read(new String(bytes(value), StandardCharsets.US_ASCII));
      default -> {}
    }
  }

  private void fields(ByteBuffer in) {
    while (in.hasRemaining()) {
      int header = in.getInt();
      int length = header & 0xff;
      if (length > in.remaining()) {
        throw new IllegalArgumentException("a field of " + length + " bytes in a packet-in");
      }
      field(header, in.slice(in.position(), length));
      in.position(in.position() + length);
    }
  }

  private void field(int header, ByteBuffer value) {
    var register = REGISTERS.get(header);
    if (register != null) {
      registers.put(register, Bits.of(bytes(value)));
    } else if ((header & MASKED) == 0 && value.remaining() == REGISTER_WIDTH / 8) {
      part(header, Integer.toUnsignedLong(value.getInt()));
    }
  }

  /** Of a register of 128 bits the switch tells each quarter, the highest first. */
  private void part(int header, long value) {
    int number = (header >>> 9) - (Protocol.NX_REGISTERS << 7);
    if (number >= 0 && number < 4) {
      var part = Bits.of(value).shiftLeft((3 - number) * REGISTER_WIDTH);
      registers.merge(Field.NEXTHOP_IPV6, part, Bits::or);
    }
  }

  private static byte[] bytes(ByteBuffer value) {
    var bytes = new byte[value.remaining()];
    value.get(bytes);
    return bytes;
  }
}
