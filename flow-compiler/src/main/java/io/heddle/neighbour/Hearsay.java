package io.heddle.neighbour;

import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.flow.Ip;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * That somebody said an address is theirs, as members tell each other: 8 bytes of MAC, one that is
 * the length of the IP address, that, and the router port's name.
 */
record Hearsay(Neighbour neighbour, long mac) {
  private static final int FIXED = Long.BYTES + 1;

  byte[] word() {
    var ip = neighbour.ip().bits().bytes(neighbour.ip().family().width() / Byte.SIZE);
    var name = neighbour.routerPort().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(FIXED + ip.length + name.length)
        .putLong(mac)
        .put((byte) ip.length)
        .put(ip)
        .put(name)
        .array();
  }

  /** Nothing, where the word is not one of these. */
  static Optional<Hearsay> read(byte[] word) {
    if (word.length < FIXED || word[Long.BYTES] != 4 && word[Long.BYTES] != 16) {
      return Optional.empty();
    }
    var buffer = ByteBuffer.wrap(word);
    long mac = buffer.getLong();
    var ip = new byte[buffer.get()];
    if (buffer.remaining() < ip.length) {
      return Optional.empty();
    }
    buffer.get(ip);
    var name = new String(word, buffer.position(), buffer.remaining(), StandardCharsets.UTF_8);
    return Optional.of(new Hearsay(new Neighbour(name, Ip.of(ip)), mac));
  }
}
