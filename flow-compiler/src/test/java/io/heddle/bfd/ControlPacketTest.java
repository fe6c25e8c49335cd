package io.heddle.bfd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlPacketTest {
  /** Diagnostic 3, up, poll, multiplier 5, 42 to 43, a second and 300 ms, no echo. */
  private static final String UP = "23 e0 05 18 0000002a 0000002b 000f4240 000493e0 00000000";

  private static final ControlPacket SAID =
      new ControlPacket(3, State.UP, true, false, false, 5, 42, 43, 1_000_000, 300_000);

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void bytesAreThoseOfTheStandard() {
    assertArrayEquals(bytes(UP), SAID.bytes());
    assertEquals(Optional.of(SAID), ControlPacket.read(bytes(UP)));
  }

  @Test
  void intervalsHaveNoSign() {
    var longest = new ControlPacket(0, State.DOWN, false, true, true, 255, -1, 0, 0xffff_ffffL, 0);
    assertEquals(Optional.of(longest), ControlPacket.read(longest.bytes()));
  }

  /** RFC 5880 section 6.8.6. */
  @ParameterizedTest
  @CsvSource({
    "43 e0 05 18, 0000002a, 0000002b, version 2",
    "23 e0 00 18, 0000002a, 0000002b, multiplier 0",
    "23 e0 05 17, 0000002a, 0000002b, too short",
    "23 e0 05 19, 0000002a, 0000002b, longer than what carries it",
    "23 e4 05 18, 0000002a, 0000002b, authenticated",
    "23 c1 05 18, 0000002a, 0000002b, multipoint",
    "23 f0 05 18, 0000002a, 0000002b, poll and final",
    "23 e0 05 18, 00000000, 0000002b, nobody's",
    "23 e0 05 18, 0000002a, 00000000, up without an acquaintance",
    "23 80 05 18, 0000002a, 00000000, init without an acquaintance",
  })
  void whatIsToBeDiscardedIs(String head, String mine, String yours, String why) {
    var packet = bytes(head + mine + yours + "000f4240 000493e0 00000000");
    assertEquals(Optional.empty(), ControlPacket.read(packet), why);
  }

  @Test
  void whoIsDownNeedKnowNobody() {
    for (var head : new String[] {"20 40 05 18", "20 00 05 18"}) {
      var packet = bytes(head + "0000002a 00000000 000f4240 000493e0 00000000");
      assertEquals(0, ControlPacket.read(packet).orElseThrow().yours());
    }
  }

  @Test
  void noPartOfOneIsOne() {
    for (int length = 0; length < ControlPacket.LENGTH; length++) {
      assertEquals(Optional.empty(), ControlPacket.read(Arrays.copyOf(bytes(UP), length)));
    }
    // What UDP carries behind it is nothing to BFD.
    assertEquals(Optional.of(SAID), ControlPacket.read(Arrays.copyOf(bytes(UP), 60)));
  }
}
