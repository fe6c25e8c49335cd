package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.expression.Expression;
import io.heddle.expression.Names;
import io.heddle.flow.Flow;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Open vSwitch takes whatever match expressions become, prerequisites, masks and all. */
class ExpressionFlowsTest {
  private static final List<String> EXPRESSIONS =
      List.of(
          "1024 <= tcp.dst <= 2047 && tcp.flags == 0x2/0x12",
          "ip4.src == 10.0.0.0/255.0.0.255 && !ip.later_frag",
          "ip6.dst != fd00::1 && udp && ip6.label[0..3] == 5",
          "0 < ip.ttl < 5 && ip.dscp > 60 && ip.ecn != 0",
          "nd.sll == 0a:00:00:00:00:01 && nd.target == fd00::/64",
          "nd.tll == 0a:00:00:00:00:01",
          "icmp4.type == 8 && icmp4.code == 0",
          "arp.op == 1 && arp.tpa == 10.0.0.0/8 && eth.mcast",
          "vlan.vid != 5 && vlan.pcp > 3",
          "inport != \"lrp1\" && outport == \"lrp2\"",
          "(icmp6 || sctp.src == 7) && ip6.mcast");

  private static final Names NAMES =
      new Names() {
        @Override
        public OptionalInt port(String name) {
          return OptionalInt.of(name.hashCode() & 0x7fff);
        }

        @Override
        public Optional<List<String>> addressSet(String name) {
          return Optional.empty();
        }

        @Override
        public Optional<List<String>> portGroup(String name) {
          return Optional.empty();
        }
      };

  @Test
  void openVswitchTakesThemAll() throws Exception {
    var messages = new ArrayList<byte[]>();
    for (var expression : EXPRESSIONS) {
      for (var match : Expression.parse(expression).matches(NAMES)) {
        var out = new Octets(256);
        var key = new Flow.Key(Table.LOCATE, 1 + messages.size(), match);
        assertTrue(FlowBytes.add(out, key, messages.size(), List.of(), Optional.empty()));
        messages.add(Arrays.copyOfRange(out.toArray(), FlowBytes.BUNDLE_ADD, out.size()));
      }
    }
    try (var host = OvsSwitch.start(1)) {
      assertEquals(List.of(), host.openflow(messages));
      assertEquals(messages.size(), host.count());
    }
  }
}
