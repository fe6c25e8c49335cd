package io.heddle.flow;

import inet.ipaddr.IPAddressNetwork.IPAddressGenerator;
import java.util.List;

/**
 * An IP address as flows have it.
 *
 * @param bits right-aligned
 */
public record Ip(Family family, Bits bits) {
  /** The two versions of IP, and the fields in which flows find either. */
  public enum Family {
    IPV4(0x0800, 32, Field.IPV4_SRC, Field.IPV4_DST, Field.NEXTHOP_IPV4),
    IPV6(0x86dd, 128, Field.IPV6_SRC, Field.IPV6_DST, Field.NEXTHOP_IPV6);

    private final int etherType;
    private final int width;
    private final Field source;
    private final Field destination;
    private final Field nexthop;

    Family(int etherType, int width, Field source, Field destination, Field nexthop) {
      this.etherType = etherType;
      this.width = width;
      this.source = source;
      this.destination = destination;
      this.nexthop = nexthop;
    }

    /** Of an address, in bits. */
    public int width() {
      return width;
    }

    public Field source() {
      return source;
    }

    public Field destination() {
      return destination;
    }

    public Field nexthop() {
      return nexthop;
    }

    /** All packets of this version. */
    public Match packets() {
      return of(Match.ALL);
    }

    /** Of those packets the ones of this version. */
    public Match of(Match others) {
      return others.and(Field.ETH_TYPE, etherType);
    }
  }

  // As often compared as ports have addresses.

  @Override
  public boolean equals(Object other) {
    return other instanceof Ip ip && family == ip.family && bits.equals(ip.bits);
  }

  @Override
  public int hashCode() {
    return family.ordinal() * 31 + bits.hashCode();
  }

  /** Network byte order, 4 or 16 bytes. */
  public static Ip of(byte[] bytes) {
    return new Ip(bytes.length == 4 ? Family.IPV4 : Family.IPV6, Bits.of(bytes));
  }

  /** The first address of the network that has the first {@code length} bits of this one. */
  public Ip network(int length) {
    return new Ip(family, bits.and(mask(length)));
  }

  /** Of a link alone, and every port has such a network (RFC 4291 section 2.5.6). */
  public boolean linkLocal() {
    return family == Family.IPV6 && bits.high() >>> 54 == 0xfe80 >>> 6;
  }

  /** Of those packets the ones of this version that have the first bits of this one in a field. */
  public Match in(Field field, int length, Match others) {
    var packets = family.of(others);
    return length == 0 ? packets : packets.and(field, bits.and(mask(length)), mask(length));
  }

  /** Of those packets the ones that have this very address in a field. */
  public Match in(Field field, Match others) {
    return in(field, family.width(), others);
  }

  /** Sets the next hop to this address. */
  public List<Action> asNexthop() {
    return Action.loadWide(family.nexthop(), bits);
  }

  /** As people write it (RFC 5952). */
  public String text() {
    var bytes = bits.bytes(family.width() / Byte.SIZE);
    return new IPAddressGenerator().from(bytes).toCanonicalString();
  }

  /** The first bits of an address of this version. */
  public Bits mask(int length) {
    return Bits.ones(family.width()).and(Bits.ones(family.width() - length).not());
  }
}
