package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import inet.ipaddr.MACAddressString;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is usual is read by other code than the rest, and must be read as the library reads it. */
class AddressTextTest {
  private static final int ROUNDS = 200_000;

  private final Random random = new Random(1);

  @Test
  void usualIpAddressesAreReadAsTheLibraryReadsThem() {
    int right = 0;
    for (int i = 0; i < ROUNDS; i++) {
      var text = damaged(number() + "." + number() + "." + number() + "." + number());
      var read = AddressText.address(text);
      assertEquals(AddressText.ip(text).map(Address::of), read, text);
      right += read.isPresent() ? 1 : 0;
    }
    assertEquals(0.5, (double) right / ROUNDS, 0.3);
  }

  /** Mostly from 0 to 255. */
  private String number() {
    return Integer.toString(random.nextInt(random.nextInt(20) == 0 ? 1_000 : 256));
  }

  private String damaged(String text) {
    if (random.nextInt(3) > 0) {
      return text;
    }
    int at = random.nextInt(text.length());
    var instead = random.nextBoolean() ? "0" : "";
    return text.substring(0, at) + instead + text.substring(at + random.nextInt(2));
  }

  @Test
  void usualMacAddressesAreReadAsTheLibraryReadsThem() {
    for (int i = 0; i < ROUNDS / 10; i++) {
      var text =
          random
              .ints(6, 0, 256)
              .mapToObj(one -> "%02x".formatted(one))
              .collect(Collectors.joining(":"));
      long bits = new MACAddressString(text).getAddress().longValue();
      assertEquals(Optional.of(Address.mac(bits)), AddressText.mac(text), text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:0:0:0:0:1", "0A:00:00:00:00:01", "0a:0:00:00:00:01"})
  void otherMacAddresses(String text) {
    assertEquals(Optional.of(Address.mac(0x0a00_0000_0001L)), AddressText.mac(text));
  }
}
