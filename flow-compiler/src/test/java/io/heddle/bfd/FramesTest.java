package io.heddle.bfd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import inet.ipaddr.IPAddressString;
import io.heddle.answer.PuntedPacket;
import io.heddle.bfd.Frames.Heard;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Ip;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.neighbour.Links.Link;
import io.heddle.trace.Packet;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
  private static final Link LINK =
      new Link(
          UUID.randomUUID(), 2, "r1-s1", 3, 0x0e00_0000_0001L, List.of(), UUID.randomUUID(), 1, 4);

  private static final ControlPacket SAID =
      new ControlPacket(0, State.DOWN, false, false, false, 5, 42, 0, 1_000_000, 1_000_000);

  private static Optional<Heard> heard(Packet packet) {
    var registers = Map.of(Field.DATAPATH, Bits.of(2), Field.INPORT, Bits.of(3));
    return Frames.heard(new PuntedPacket(new Action.Punt(Punt.BFD), packet, registers));
  }

  private static Packet packet(String ip, String hops, String transport) {
    return Packet.parse("eth 0a:02 > 0e:01 " + ip + " " + hops + " " + transport);
  }

  private static final String DATA =
      "udp 49152 > 3784 data " + HexFormat.of().formatHex(SAID.bytes());

  @ParameterizedTest
  @CsvSource({"ip 10.0.0.2 > 10.0.0.1, ttl, 4", "ip6 fd00::2 > fd00::1, hops, 16"})
  void neighboursAreHeard(String ip, String ttl, int length) {
    var heard = heard(packet(ip, ttl + " 255", DATA)).orElseThrow();
    assertEquals(2, heard.datapath());
    assertEquals(3, heard.port());
    assertEquals(length * Byte.SIZE, heard.from().family().width());
    assertEquals(Optional.of(SAID), ControlPacket.read(heard.datagram()));

    var told = Heard.read(heard.word()).orElseThrow();
    assertEquals(heard.from(), told.from());
    assertArrayEquals(heard.datagram(), told.datagram());
  }

  /** RFC 5881 section 5, and who listens to something else. */
  @ParameterizedTest
  @CsvSource({
    "ttl 254, udp 49152 > 3784",
    "ttl 1, udp 49152 > 3784",
    "ttl 255, udp 49152 > 3785",
    "ttl 255, udp 3784 > 49152",
    "ttl 255, icmp echo",
  })
  void nobodyElseIs(String hops, String transport) {
    var data = transport.startsWith("udp") ? " data " + HexFormat.of().formatHex(SAID.bytes()) : "";
    assertEquals(Optional.empty(), heard(packet("ip 10.0.0.2 > 10.0.0.1", hops, transport + data)));
  }

  /** In the length that UDP says; in a fragment there is no whole packet. */
  @ParameterizedTest
  @ValueSource(ints = {0, 7, 33, 65_535})
  void lengthsMustBeRight(int length) {
    var frame = packet("ip 10.0.0.2 > 10.0.0.1", "ttl 255", DATA).bytes();
    frame[38] = (byte) (length >> Byte.SIZE);
    frame[39] = (byte) length;
    assertEquals(Optional.empty(), heard(Packet.of(frame)));
    frame[39] = 32;
    frame[38] = 0;
    assertTrue(heard(Packet.of(frame)).isPresent());
    frame[20] = 0x20;
    assertEquals(Optional.empty(), heard(Packet.of(frame)));
  }

  @Test
  void wordsOfOthersAreNot() {
    var word = heard(packet("ip 10.0.0.2 > 10.0.0.1", "ttl 255", DATA)).orElseThrow().word();
    for (int length = 0; length < 13; length++) {
      assertEquals(Optional.empty(), Heard.read(Arrays.copyOf(word, length)));
    }
    word[8] = 5;
    assertEquals(Optional.empty(), Heard.read(word));
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.1, 10.0.0.2", "fd00::1, fd00::2"})
  void whatIsSentIsHeard(String from, String to) {
    var source = new IPAddressString(from).getAddress();
    var target = Ip.of(new IPAddressString(to).getAddress().getBytes());
    var sent = Frames.out(LINK, source, target, 42, SAID);
    assertEquals(Table.ROUTER_OUT, sent.table());
    assertEquals(Bits.of(3), sent.registers().get(Field.OUTPORT));
    assertEquals(target.bits(), sent.registers().get(target.family().nexthop()));

    var packet = sent.packet();
    assertEquals(Packet.corrected(packet.bytes()), packet);
    assertTrue(packet.get(Field.UDP_SRC).orElseThrow().low() >= 49_152);
    var heard = heard(packet).orElseThrow();
    assertEquals(Ip.of(source.getBytes()), heard.from());
    assertEquals(Optional.of(SAID), ControlPacket.read(heard.datagram()));
  }
}
