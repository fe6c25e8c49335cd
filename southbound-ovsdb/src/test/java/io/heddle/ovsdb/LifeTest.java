package io.heddle.ovsdb;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Ownership;
import io.heddle.model.Row;
import io.heddle.v1.Chassis;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is killed and started again, host and store agree soon after. */
class LifeTest {
  private final Control control = new Control();
  private final OvsHost hv1 = OvsHost.start("hv1");
  private final OvsHost hv2 = OvsHost.start("hv2");

  @BeforeEach
  void join() {
    hv1.join(control.port(), "geneve", "192.0.2.1");
    hv2.join(control.port(), "geneve", "192.0.2.2");
    becomes(Optional.of(1), this::tunnels);
    hv1.plug("tap1", "p1");
    hv1.plug("tap2", "p2");
    becomes(List.of("p1 tap1", "p2 tap2"), () -> control.bindings("hv1"));
  }

  @AfterEach
  void close() {
    hv1.close();
    hv2.close();
    control.close();
  }

  private Optional<Integer> tunnels() {
    return control.southbound().connected("hv1").map(OvsdbHost::tunnels);
  }

  @Test
  void aRestartedControllerFindsAllAsItWasAndWritesNothing() {
    var rows = new HashSet<>(control.bindingRows("hv1"));
    var revision = control.store.snapshot().revision();
    var log = hv1.log();
    assertTrue(log.size() > 1, "the log shows what Heddle writes");
    for (int i = 0; i < 3; i++) {
      control.stop();
      control.start();
      becomes(Optional.of(1), this::tunnels);
    }
    assertEquals(rows, new HashSet<>(control.bindingRows("hv1")));
    assertEquals(revision, control.store.snapshot().revision());
    assertEquals(log, hv1.log(), "nothing was written to the host");
  }

  @Test
  void whatChangedWhileTheControllerWasAwayIsCaughtUpWith() {
    var kept = binding("tap1");
    control.stop();
    hv1.vsctl("del-port", "tap2");
    hv1.vsctl(
        "add-port",
        "br-int",
        "tap3",
        "--",
        "set",
        "Interface",
        "tap3",
        "type=dummy",
        "external_ids:iface-id=p3");
    hv1.vsctl("del-port", "ovn-hv2-0");
    control.start();
    becomes(List.of("p1 tap1", "p3 tap3"), () -> control.bindings("hv1"));
    assertEquals(kept, binding("tap1"));
    becomes(Optional.of(1), this::tunnels);
  }

  private Row binding(String device) {
    return control.bindingRows("hv1").stream()
        .filter(r -> r.value().toString().contains("\"" + device + "\""))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aKilledDatabaseServerComesBackWhole() {
    var rows = new HashSet<>(control.bindingRows("hv1"));
    hv1.killDatabase();
    eventually("the connection is gone", () -> tunnels().isEmpty());
    assertEquals(rows, new HashSet<>(control.bindingRows("hv1")));
    hv1.startDatabase();
    becomes(Optional.of(1), this::tunnels);
    hv1.vsctl("del-port", "tap2");
    becomes(List.of("p1 tap1"), () -> control.bindings("hv1"));
  }

  @Test
  void aKilledVswitchdComesBackWhole() {
    var revision = control.store.snapshot().revision();
    hv1.killVswitch();
    hv1.startVswitch();
    hv1.plug("tap3", "p3");
    becomes(List.of("p1 tap1", "p2 tap2", "p3 tap3"), () -> control.bindings("hv1"));
    becomes(Optional.of(1), this::tunnels);
    assertEquals(revision + 1, control.store.snapshot().revision(), "only the new binding is new");
    hv1.vsctl("del-port", "ovn-hv2-0");
    becomes(List.of("ovn-hv2-0", "tap1", "tap2", "tap3"), () -> hv1.ports("br-int"));
  }

  @Test
  void aBridgeMadeAnewIsOneAgain() {
    var before = datapathId();
    hv1.vsctl("del-br", "br-int");
    becomes(List.of(), () -> control.bindings("hv1"));
    becomes(Optional.of(1), this::tunnels);
    assertEquals(before, datapathId());
    hv1.vsctl(
        "del-br",
        "br-int",
        "--",
        "add-br",
        "br-int",
        "--",
        "set",
        "Bridge",
        "br-int",
        "other_config:datapath-id=00000000deadbeef");
    becomes("00000000deadbeef", this::datapathId);
    assertNotEquals(before, datapathId());
    becomes(Optional.of(1), this::tunnels);
    assertEquals("secure", hv1.get("Bridge", "br-int", "fail_mode"));
  }

  private String datapathId() {
    return control.chassis("hv1").map(Chassis::getDatapathId).orElse("");
  }

  @Test
  void theStoreMayBeOutOfOrderForAWhile() {
    control.store.available(false);
    hv1.plug("tap3", "p3");
    hv1.vsctl("del-port", "tap1");
    control.store.available(true);
    becomes(List.of("p2 tap2", "p3 tap3"), () -> control.bindings("hv1"));
  }

  @Test
  void aTakenPortIsSaidAndNothingIsHalfStarted() {
    var second =
        new OvsdbSouthbound(
            control.store,
            control.problems,
            snapshot -> Ownership.sole("m1", 1),
            OvsdbSettings.defaults().withListen(control.southbound().address()));
    var taken = assertThrows(PortTakenException.class, second::start);
    assertTrue(
        taken.getMessage().contains("127.0.0.1:" + control.port() + ": "), taken.getMessage());
    assertEquals(List.of(), second.hosts());
    control.stop();
    second.start();
    eventually("hv1 joins the second", () -> second.connected("hv1").isPresent());
    second.close();
    control.start();
    becomes(Optional.of(1), this::tunnels);
  }
}
