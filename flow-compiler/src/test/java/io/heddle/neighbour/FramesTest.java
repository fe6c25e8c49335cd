package io.heddle.neighbour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import inet.ipaddr.IPAddressString;
import io.heddle.answer.PuntedPacket;
import io.heddle.flow.Action;
import io.heddle.flow.Ip;
import io.heddle.flow.Punt;
import io.heddle.model.Prefix;
import io.heddle.trace.Packet;
import io.heddle.v1.LogicalRouter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What neighbours are asked and say, and how old it may get. */
class FramesTest {
  private static final long OWN = 0x0e_0000_0000_01L;
  private static final long MAC = 0x0c_0000_0000_99L;

  private static Ip ip(String text) {
    return Ip.of(new IPAddressString(text).getAddress().getBytes());
  }

  private static String question(String target, String source, Optional<Long> mac) {
    var from = new IPAddressString(source).getAddress();
    return Frames.question(ip(target), OWN, from, mac).toString();
  }

  @Test
  void questions() {
    assertEquals(
        Packet.parse("eth 0e:01 > broadcast arp request who-has 10.0.0.99 tell 10.0.0.1")
            .toString(),
        question("10.0.0.99", "10.0.0.1", Optional.empty()));
    assertEquals(
        Packet.parse("eth 0e:01 > 0c:99 arp request who-has 10.0.0.99 tell 10.0.0.1").toString(),
        question("10.0.0.99", "10.0.0.1", Optional.of(MAC)));
    assertEquals(
        Packet.parse(
                "eth 0e:01 > 33:33:ff:12:34:99 ip6 fd00::1 > ff02::1:ff12:3499 hops 255"
                    + " icmp solicit fd00::12:3499")
            .toString(),
        question("fd00::12:3499", "fd00::1", Optional.empty()));
    assertEquals(
        Packet.parse("eth 0e:01 > 0c:99 ip6 fd00::1 > fd00::99 hops 255 icmp solicit fd00::99")
            .toString(),
        question("fd00::99", "fd00::1", Optional.of(MAC)));
  }

  private static Optional<Frames.Said> said(Punt why, String packet) {
    return Frames.said(new PuntedPacket(new Action.Punt(why), Packet.parse(packet), Map.of()));
  }

  @Test
  void answers() {
    var arp = Punt.NEIGHBOUR_HEARD_ARP;
    var nd = Punt.NEIGHBOUR_HEARD_ND;
    assertEquals(
        Optional.of(new Frames.Said(ip("10.0.0.99"), MAC)),
        said(arp, "eth 0c:99 > 0e:01 arp reply 10.0.0.99 is-at 0c:99 to 10.0.0.1"));
    assertEquals(
        Optional.empty(),
        said(arp, "eth 0c:99 > 0e:01 arp reply 10.0.0.99 is-at 0d:99 to 10.0.0.1"));
    assertEquals(
        Optional.empty(),
        said(
            arp,
            "eth 0a:fe:0a:00:00:63 > 0e:01 arp reply 10.0.0.99 is-at 0a:fe:0a:00:00:63 to 10.0.0.1"));
    assertEquals(
        Optional.of(new Frames.Said(ip("fd00::99"), MAC)),
        said(nd, "eth 0c:99 > 0e:01 ip6 fd00::99 > fd00::1 hops 255 icmp advertise fd00::99"));
    assertEquals(
        Optional.empty(),
        said(nd, "eth 0c:99 > 0e:01 ip6 fd00::99 > fd00::1 hops 254 icmp advertise fd00::99"));
  }

  private static Optional<Duration> age(String option, String ip) {
    var router = LogicalRouter.newBuilder().putOptions("mac_binding_age_threshold", option).build();
    return Ages.of(router, new IPAddressString(ip).getAddress());
  }

  @Test
  void ages() {
    var ten = Optional.of(Duration.ofSeconds(10));
    assertEquals(ten, age("10", "10.0.0.1"));
    assertEquals(Optional.empty(), age("0", "10.0.0.1"));
    assertEquals(Optional.of(Limits.DEFAULT_AGE), age("soon", "10.0.0.1"));
    assertEquals(
        Optional.of(Limits.DEFAULT_AGE),
        Ages.of(LogicalRouter.getDefaultInstance(), Prefix.of("10.0.0.1").address()));
    var several = "10.0.0.0/8:5;10.0.0.0/24:10;fd00::/64:0;20";
    assertEquals(ten, age(several, "10.0.0.1"));
    assertEquals(Optional.of(Duration.ofSeconds(5)), age(several, "10.1.0.1"));
    assertEquals(Optional.empty(), age(several, "fd00::1"));
    assertEquals(Optional.of(Duration.ofSeconds(20)), age(several, "fd01::1"));
  }
}
