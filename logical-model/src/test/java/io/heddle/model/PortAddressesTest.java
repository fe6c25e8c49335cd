package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.PortAddresses.Dynamic;
import io.heddle.model.PortAddresses.Known;
import io.heddle.model.PortAddresses.Unknown;
import io.heddle.v1.LogicalSwitchPort;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortAddressesTest {
  @Test
  void aMacAloneOrWithAddresses() {
    assertEquals(new Known(0x0a00000000ffL, List.of()), PortAddresses.parse("0a:00:00:00:00:ff"));
    var known =
        assertInstanceOf(
            Known.class, PortAddresses.parse("0A:00:00:00:00:01  10.0.0.4 2001:db8::4"));
    assertEquals(0x0a0000000001L, known.mac());
    assertEquals(
        List.of("10.0.0.4", "2001:db8::4"), known.ips().stream().map(Address::toString).toList());
  }

  @Test
  void unknown() {
    assertEquals(new Unknown(), PortAddresses.parse("unknown"));
  }

  @Test
  void dynamic() {
    assertEquals(
        new Dynamic(Optional.empty(), Optional.empty(), Optional.empty()),
        PortAddresses.parse("dynamic"));
    assertEquals(
        new Dynamic(
            Optional.of(Address.mac(0x0a0000000001L)),
            Optional.of(Address.ipv4(0x0a000004)),
            Optional.of(new Address(128, 0xfd00L << 48, 4))),
        PortAddresses.parse("0a:00:00:00:00:01 dynamic 10.0.0.4 fd00::4"));
  }

  /** Who asks for a port's addresses need not know that some were given to it. */
  @Test
  void whatAPortWasGivenIsAmongItsAddresses() {
    var port =
        LogicalSwitchPort.newBuilder()
            .addAddresses("dynamic")
            .addAddresses("unknown")
            .addAddresses("0a:00:00:00:00:01")
            .setDynamicAddresses("0a:00:00:00:00:02 10.0.0.2 fd00::2");
    assertEquals(
        List.of(
            new Unknown(),
            PortAddresses.parse("0a:00:00:00:00:01"),
            PortAddresses.parse("0a:00:00:00:00:02 10.0.0.2 fd00::2")),
        PortAddresses.of(port.build()));
    assertEquals(
        List.of(new Unknown(), PortAddresses.parse("0a:00:00:00:00:01")),
        PortAddresses.of(port.clearDynamicAddresses().build()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "router",
        "00:00:00:00:00:00",
        "0a:00:00:00:00:01",
        "0a:00:00:00:00:01 10.0.0.4",
        "0a:00:00:00:00:01 fe80::1 10.0.0.4 10.0.0.5",
        "0a:00:00:00:00:01 ::ffff:10.0.0.4",
        " 0a:00:00:00:00:01 10.0.0.4 ",
        "dynamic",
        "dynamic 10.0.0.4",
        "dynamic fd00::4",
        "dynamic 10.0.0.4 fd00::4",
        "0a:00:00:00:00:01 dynamic",
        " 0a:00:00:00:00:01  dynamic 10.0.0.4 fd00::4 "
      })
  void right(String text) {
    assertTrue(PortAddresses.fault(text).isEmpty(), PortAddresses.fault(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Unknown",
        "unknown 10.0.0.1",
        "Dynamic",
        "dynamic unknown",
        "dynamic dynamic",
        "dynamic 0a:00:00:00:00:01",
        "dynamic 10.0.0.1 10.0.0.2",
        "dynamic fd00::1 10.0.0.1",
        "dynamic 10.0.0.0/24",
        "01:00:5e:00:00:01 dynamic",
        "0a:fe:0a:00:00:01 dynamic",
        "0a:ff:00:00:00:00 10.0.0.1",
        "10.0.0.1 dynamic",
        "0a:00:00:00:00:01 10.0.0.1 dynamic",
        "0a:00:00:00:00:01 dynamic dynamic",
        "router 10.0.0.1",
        "10.0.0.4",
        "0a-00-00-00-00-01",
        "0a00.0000.0001",
        "0a0000000001",
        "0a:00:00:00:00",
        "0a:00:00:00:00:01:02",
        "0a:00:00:00:00:01:02:03",
        "0a:00:00:00:00:*",
        "0a:00:00:00:00:01-05",
        "0a:00:00:00:00:0g",
        "01:00:5e:00:00:01",
        "ff:ff:ff:ff:ff:ff",
        "0a:00:00:00:00:01 10.0.0.0/24",
        "0a:00:00:00:00:01 10.0.0",
        "0a:00:00:00:00:01 10.0.0.256",
        "0a:00:00:00:00:01 10.0.0.*",
        "0a:00:00:00:00:01 10.0.0.1-5",
        "0a:00:00:00:00:01 010.0.0.1",
        "0a:00:00:00:00:01 0x0a.0.0.1",
        "0a:00:00:00:00:01 167772161",
        "0a:00:00:00:00:01 fe80::1%eth0",
        "0a:00:00:00:00:01 fe80::1::2",
        "0a:00:00:00:00:01 10.0.0.4,10.0.0.5",
        "0a:00:00:00:00:01\t10.0.0.4",
        "0a:00:00:00:00:01 \u0661\u0660.0.0.4",
        "*",
        "0a:00:00:00:00:01 *"
      })
  void wrong(String text) {
    assertTrue(PortAddresses.fault(text).isPresent(), text);
  }

  @Test
  void whatIsWrittenIsRead() {
    var random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      var bits = i < 48 ? 1L << i : random.nextLong();
      whatIsWrittenIsRead(
          bits & 0xfeff_ffff_ffffL, random.ints(random.nextInt(5)).boxed().toList());
    }
  }

  private static void whatIsWrittenIsRead(long mac, List<Integer> ips) {
    var text = new StringBuilder();
    for (int i = 40; i >= 0; i -= 8) {
      text.append("%02x".formatted(mac >> i & 0xff)).append(i > 0 ? ":" : "");
    }
    for (int ip : ips) {
      text.append(" ").append(ip >>> 24).append('.').append(ip >>> 16 & 255);
      text.append('.').append(ip >>> 8 & 255).append('.').append(ip & 255);
    }
    assertTrue(PortAddresses.fault(text.toString()).isEmpty(), text.toString());
    var known = assertInstanceOf(Known.class, PortAddresses.parse(text.toString()));
    assertEquals(mac, known.mac());
    assertEquals(ips, known.ips().stream().map(ip -> (int) ip.low()).toList());
  }

  /** Whatever a client writes: either it is refused, or it parses. */
  @Test
  void whatIsNotRefusedParses() {
    var pieces =
        List.of("dynamic", "unknown", "router", "0a:00:00:00:00:01", "10.0.0.1", "fd00::1", " ");
    var random = new Random(2);
    int right = 0;
    for (int i = 0; i < 3_000; i++) {
      var text = new StringBuilder();
      for (int j = random.nextInt(4); j >= 0; j--) {
        text.append(
            random.nextInt(4) > 0 ? pieces.get(random.nextInt(pieces.size())) : noise(random));
        text.append(random.nextBoolean() ? " " : "");
      }
      if (PortAddresses.fault(text.toString()).isEmpty()) {
        PortAddresses.parse(text.toString());
        right++;
      }
    }
    assertTrue(right > 100, "only " + right + " of them were right");
  }

  private static String noise(Random random) {
    return random
        .ints(random.nextInt(6), 0, random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
