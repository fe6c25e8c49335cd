package io.heddle.model;

import static io.heddle.model.Edit.delete;
import static io.heddle.model.Edit.put;
import static io.heddle.model.Edit.update;
import static io.heddle.model.Rows.giving;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.v1.NbGlobal;
import io.heddle.v1.Operation;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Which MAC addresses ports are given. */
class MacPrefixTest {
  private final Rows rows = new Rows();

  private static Operation port(String name, String... addresses) {
    return put(Rows.port(name, "s", addresses));
  }

  @Test
  void macsAreUniqueInAllSwitchesThatGiveAddresses() {
    rows.commit(giving("s", "subnet", "10.0.0.0/24"), giving("t", "subnet", "10.0.0.0/24"));
    rows.commit(port("fixed", "0a:00:00:00:00:03"), port("p1", "dynamic"));
    rows.commit(put(Rows.port("p2", "t", "dynamic")), put(Rows.port("p3", "t", "dynamic")));
    assertEquals("0a:00:00:00:00:02 10.0.0.2", rows.given("p1"));
    assertEquals("0a:00:00:00:00:04 10.0.0.2", rows.given("p2"));
    assertEquals("0a:00:00:00:00:05 10.0.0.3", rows.given("p3"));
    rows.commit(put(Rows.port("p3", "t", "0a:00:00:00:00:02 dynamic")));
    assertEquals(
        "0a:00:00:00:00:02 10.0.0.3", rows.given("p3"), "told to have p1's, in another switch");
    rows.commit(put(Rows.port("p3", "t", "dynamic")));
    assertEquals("0a:00:00:00:00:05 10.0.0.3", rows.given("p3"));
  }

  @Test
  void aSwitchGivesWhatItsConfigurationSays() {
    rows.commit(giving("s"), port("p1", "dynamic"));
    assertEquals("", rows.given("p1"));
    rows.commit(giving("s", "mac_only", "true", "mac_prefix", "2:11:22"));
    assertEquals("02:11:22:00:00:01", rows.given("p1"));
    rows.commit(giving("s", "ipv6_prefix", "fd00::/64", "mac_prefix", "02:11:22"));
    assertEquals("02:11:22:00:00:01 fd00::11:22ff:fe00:1", rows.given("p1"));
    rows.commit(giving("s", "subnet", "10.0.0.0/30"));
    assertEquals("0a:00:00:00:00:02 10.0.0.2", rows.given("p1"));
    rows.commit(giving("s", "mac_only", "false"));
    assertEquals("", rows.given("p1"));
  }

  @Test
  void aPrefixOfAllSwitchesIsForThoseThatSayNone() throws IOException {
    rows.commit(
        giving("s", "subnet", "10.0.0.0/24"),
        giving("t", "subnet", "10.0.0.0/24", "mac_prefix", "02:00:00"),
        giving("u"));
    rows.commit(
        port("p1", "dynamic"),
        put(Rows.port("p2", "t", "dynamic")),
        put(Rows.port("p3", "u", "dynamic")));
    rows.commit(port("p4", "02:00:00:00:00:04 dynamic"));
    rows.commit(prefix("6:7:8"));
    assertEquals("06:07:08:00:00:02 10.0.0.2", rows.given("p1"));
    assertEquals("02:00:00:00:00:02 10.0.0.2", rows.given("p2"));
    assertEquals("02:00:00:00:00:04 10.0.0.3", rows.given("p4"), "it says its own");
    rows.snapshot = Rows.reloaded(rows.snapshot);
    rows.commit(giving("u", "mac_only", "true"), port("p5", "dynamic"));
    assertEquals("06:07:08:00:00:01", rows.given("p3"));
    assertEquals("06:07:08:00:00:04 10.0.0.4", rows.given("p5"));
    rows.commit(prefix("6:7:9"), giving("s", "subnet", "10.0.0.0/24", "mac_prefix", "06:07:08"));
    assertEquals("06:07:08:00:00:02 10.0.0.2", rows.given("p1"));
    assertEquals("06:07:09:00:00:01", rows.given("p3"));
    rows.commit(delete(NbGlobal.class, rows.global().uuid()));
    assertEquals("0a:00:00:00:00:01", rows.given("p3"));
  }

  private Operation prefix(String prefix) {
    var row = NbGlobal.newBuilder().putOptions("mac_prefix", prefix).build();
    return rows.snapshot.rows(NbGlobal.class).isEmpty()
        ? put(row)
        : update(rows.global().uuid(), row, "options");
  }
}
