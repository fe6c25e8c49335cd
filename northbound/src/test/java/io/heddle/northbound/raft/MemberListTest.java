package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberListTest {
  private static final String THREE = "m1=127.0.0.1:6646, m2=[::1]:6646,m3=host.invalid:6647";

  @Test
  void aListNamesWhereEachIsReached() {
    var list = MemberList.parse("m1", THREE, "", "").orElseThrow();
    assertEquals(Set.of("m1", "m2", "m3"), list.members().keySet());
    assertEquals("127.0.0.1", list.listen().getAddress().getHostAddress());
    assertEquals(6646, list.listen().getPort());
    assertEquals("::1", list.members().get("m2").getHostString());
    var settings = StoreSettings.alone(Path.of("data")).clustered(list);
    assertEquals(Set.of("m2", "m3"), settings.peers().keySet());
    assertEquals("m1", settings.member());
  }

  @Test
  void aMemberMayListenElsewhere() {
    var list = MemberList.parse("m3", THREE, "0.0.0.0", "7000").orElseThrow();
    assertEquals("0.0.0.0", list.listen().getAddress().getHostAddress());
    assertEquals(7000, list.listen().getPort());
    assertEquals(6647, list.members().get("m3").getPort());
  }

  @Test
  void nothingIsNoCluster() {
    assertEquals(Optional.empty(), MemberList.parse("", " ", "", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "m4 | m1=h:1 m2=h:2 m3=h:3  | '' | '' | does not name cluster.member \"m4\"",
        "'' | m1=h:1                | '' | '' | cluster.member does not say",
        "'' | ''                    | h  | '' | cluster.member does not say",
        "m1 | ''                    | '' | '' | does not name cluster.member \"m1\"",
        "m1 | m1=localhost          | '' | '' | not name=host:port",
        "m1 | m1=::1:6646           | '' | '' | not name=host:port",
        "m1 | m1=localhost:70000    | '' | '' | is no port",
        "m1 | m1=localhost:0        | '' | '' | is no port",
        "m1 | m1=localhost:1 m1=h:2 | '' | '' | names m1 twice",
        "m1 | m1=localhost:1 m2=localhost:1 | '' | '' | both m1 and m2",
        "m1 | m1=localhost:1        | '' | x  | cluster.port has \"x\"",
        "m1 | m1=host.invalid:1     | '' | '' | which is no address",
        "m1 | m1=localhost:1        | host.invalid | '' | cluster.address",
        "m! | m!=localhost:1        | '' | '' | a member's name is",
        "a  | a=h:1 b=h:2 c=h:3 d=h:4 e=h:5 f=h:6 g=h:7 h=h:8 | '' | '' | there may be 7"
      })
  void nonsenseIsNamed(String member, String members, String address, String port, String says) {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> MemberList.parse(member, members, address, port));
    assertTrue(refused.getMessage().contains(says), refused.getMessage());
  }
}
