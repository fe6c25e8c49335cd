package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.answer.PuntedPacket;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Punt;
import io.heddle.openflow.wire.Message;
import io.heddle.trace.Packet;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What switches hand over is read within its bounds, whoever sent it. */
class PacketInTest {
  private static final Packet FRAME =
      Packet.parse("eth 0a:01 > 0a:fe ip 10.0.0.1 > 10.0.0.2 ttl 1 udp 1 > 2");
  private static final int MUTATIONS = 50_000;

  private static void property(Octets out, int type, byte[] value) {
    int start = out.size();
    out.u16(type).u16(4 + value.length).raw(value).padTo8(start);
  }

  /** As Open vSwitch writes it, with properties before and after those that are read. */
  private static byte[] sample(String note) {
    return sample(note, FRAME.bytes());
  }

  private static byte[] sample(String note, byte[] frame) {
    var out = new Octets(256).u8(Protocol.VERSION).u8(Protocol.EXPERIMENTER).u16(0).u32(0);
    out.u32(Protocol.NICIRA).u32(Protocol.NX_PACKET_IN2);
    property(out, 0, frame);
    property(out, 3, new byte[] {7});
    property(out, 4, new byte[8]);
    var fields = new Octets(64);
    fields.u32(Field.DATAPATH.header()).u64(0x1_0000_0009L);
    fields.u32(0x8000_0004).u32(1);
    fields.u32(Protocol.NX_REGISTERS << 16 | 4).u32(0xfd00_0000L);
    fields.u32(Protocol.NX_REGISTERS << 16 | 3 << 9 | 4).u32(0xfe);
    fields.u32(Field.NEXTHOP_IPV4.header()).u32(0x0a0000fe);
    fields.u32(0xffff_0006).u32(Protocol.NICIRA).u16(1);
    property(out, 6, fields.toArray());
    property(out, 7, note.getBytes(StandardCharsets.US_ASCII));
    out.setU16(2, out.size());
    return out.toArray();
  }

  private static Optional<PuntedPacket> read(byte[] bytes) {
    var message = new Message(bytes);
    assertTrue(PacketIn.is(message));
    return PacketIn.read(message);
  }

  @Test
  void allIsReadThatAFlowTold() {
    var expected =
        new PuntedPacket(
            new Action.Punt(Punt.ICMPV6_PACKET_TOO_BIG),
            FRAME,
            Map.of(
                Field.DATAPATH, Bits.of(0x1_0000_0009L),
                Field.NEXTHOP_IPV4, Bits.of(0x0a0000fe),
                Field.NEXTHOP_IPV6, new Bits(0xfd00_0000L << 32, 0xfe)));
    assertEquals(Optional.of(expected), read(sample("ICMPV6_PACKET_TOO_BIG")));
  }

  @Test
  void whatNoFlowOfOursToldIsStrange() {
    for (var note : new String[] {"", "TCP", "TCP_RESET 1500", "\0\1"}) {
      assertEquals(Optional.empty(), read(sample(note)), note);
    }
    var old = new Octets(32).u8(4).u8(Protocol.PACKET_IN).u16(32).u32(0).zeros(24).toArray();
    assertEquals(Optional.empty(), read(old));
  }

  /** A tenant that sends them must not end its host's connection. */
  @Test
  void framesOfStrangeLengthsAreStrange() {
    for (int length : new int[] {0, 13, Packet.LONGEST + 1, 60_000}) {
      assertEquals(Optional.empty(), read(sample("TCP_RESET", new byte[length])));
    }
    for (int length : new int[] {14, Packet.LONGEST}) {
      assertTrue(read(sample("TCP_RESET", new byte[length])).isPresent());
    }
  }

  @Test
  void otherMessagesAreNone() {
    assertFalse(PacketIn.is(new Message(new byte[] {4, Protocol.EXPERIMENTER, 0, 8, 0, 0, 0, 0})));
    assertFalse(PacketIn.is(new Message(Requests.tunnelOptions(1))));
    assertFalse(PacketIn.is(new Message(Requests.barrier(1))));
  }

  @Test
  void lengthsThatLieAreRefused() {
    var longer = sample("TCP_RESET");
    longer[18] = (byte) 0xff;
    assertThrows(IllegalArgumentException.class, () -> read(longer));
    var shorter = sample("TCP_RESET");
    shorter[18] = 0;
    shorter[19] = 3;
    assertThrows(IllegalArgumentException.class, () -> read(shorter));
    var cut = Arrays.copyOf(longer, 17);
    assertThrows(BufferUnderflowException.class, () -> read(cut));
  }

  /** Whatever is sent, it is read or refused, in the ways that end a connection in order. */
  @Test
  void mutilatedMessagesDoNoHarm() {
    var random = new Random(7);
    int readable = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      var bytes = sample("ICMPV4_TIME_EXCEEDED");
      for (int n = random.nextInt(4); n >= 0; n--) {
        bytes[16 + random.nextInt(bytes.length - 16)] = (byte) random.nextInt();
      }
      var some = Arrays.copyOf(bytes, 16 + random.nextInt(bytes.length - 15));
      try {
        readable += PacketIn.read(new Message(some)).isPresent() ? 1 : 0;
      } catch (BufferUnderflowException | IllegalArgumentException refused) {
        // The line ends.
      }
    }
    assertTrue(readable > 0);
  }
}
