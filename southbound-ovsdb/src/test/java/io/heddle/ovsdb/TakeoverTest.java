package io.heddle.ovsdb;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.model.Eventually.stays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.Generation;
import io.heddle.model.MemoryStore;
import io.heddle.model.Ownership;
import io.heddle.v1.Chassis;
import io.heddle.v1.Controller;
import io.heddle.v1.Division;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One host and three members: it finds all of them by one, and one at a time works with it. */
class TakeoverTest {
  private final MemoryStore store = new MemoryStore();
  private final Map<String, Control> members = new TreeMap<>();
  private final OvsHost hv1 = OvsHost.start("hv1");

  @BeforeEach
  void start() {
    int number = 0;
    for (var name : List.of("m1", "m2", "m3")) {
      var member =
          new Control(
              Control.loopback().withTiming(Control.QUICK),
              store,
              snapshot -> Ownership.of(snapshot, name, false));
      members.put(name, member);
      Generation.begin(
          store,
          Controller.newBuilder()
              .setName(name)
              .setOpenflow("tcp:127.0.0.1:" + (16653 + number++))
              .setOvsdb("tcp:127.0.0.1:" + member.port())
              .build());
    }
  }

  @AfterEach
  void close() {
    hv1.close();
    members.values().forEach(Control::close);
  }

  /** The chassis belongs to this member from now on. */
  private void divide(String owner) {
    var current = store.snapshot().rows(Division.class).keySet().stream().findFirst();
    var row =
        Division.newBuilder()
            .putShares(owner, 1 + (int) (store.snapshot().revision() % 100))
            .build();
    store.commit(Edit.observation(current.map(u -> Edit.put(u, row)).orElse(Edit.put(row)))).join();
  }

  private List<String> managers() {
    return hv1.vsctl("get-manager").lines().sorted().toList();
  }

  private List<String> targets() {
    return members.values().stream().map(m -> "tcp:127.0.0.1:" + m.port()).sorted().toList();
  }

  /** The host knows of all members. */
  private void awaitTold() {
    becomes(targets(), this::managers);
    becomes(
        List.of("tcp:127.0.0.1:16653", "tcp:127.0.0.1:16654", "tcp:127.0.0.1:16655"),
        () -> hv1.controllers("br-int").stream().sorted().toList());
  }

  private void awaitOwner(String owner) {
    members.forEach(
        (name, member) -> {
          var wanted = name.equals(owner) ? OvsdbHost.State.CONNECTED : OvsdbHost.State.STANDBY;
          becomes(
              List.of(wanted),
              () -> member.southbound().hosts().stream().map(OvsdbHost::state).toList());
        });
  }

  @Test
  void oneManagerSetByHandIsEnoughToFindAllMembers() {
    divide("m3");
    hv1.vsctl("--no-wait", "init");
    hv1.join(members.get("m1").port(), "geneve", "192.0.2.1");
    awaitTold();
    awaitOwner("m3");
    stays("nobody writes more", Duration.ofSeconds(2), () -> hv1.log().size() <= 5);
    members.values().forEach(m -> assertEquals(List.of(), m.problems.list()));
  }

  @Test
  void managersOfOthersStayAndThoseOfMembersThatAreGoneGo() {
    divide("m1");
    hv1.join(members.get("m1").port(), "geneve", "192.0.2.1");
    var foreign = "tcp:127.0.0.1:1";
    var all = Stream.concat(targets().stream(), Stream.of(foreign)).sorted().toList();
    eventually("the others are added", () -> managers().size() == 3);
    var present = managers();
    hv1.vsctl(
        Stream.of(
                Stream.of("--", "--id=@m", "create", "Manager", "target=\"" + foreign + "\""),
                Stream.of("--", "add", "Open_vSwitch", ".", "manager_options", "@m"))
            .flatMap(s -> s)
            .skip(1)
            .toArray(String[]::new));
    stays("it is left alone", Duration.ofSeconds(1), () -> managers().size() == 4);
    assertEquals(all, managers());
    assertTrue(present.size() == 3);

    var gone = "tcp:127.0.0.1:" + members.get("m3").port();
    store.commit(Edit.observation(Edit.delete(Controller.class, "m3"))).join();
    becomes(all.stream().filter(t -> !t.equals(gone)).toList(), this::managers);
    becomes(
        List.of("tcp:127.0.0.1:16653", "tcp:127.0.0.1:16654"),
        () -> hv1.controllers("br-int").stream().sorted().toList());
  }

  @Test
  void whoTakesOverGoesOnWhereTheOtherStopped() {
    divide("m1");
    hv1.join(members.get("m2").port(), "geneve", "192.0.2.1");
    awaitOwner("m1");
    awaitTold();
    hv1.plug("tap1", "p1");
    becomes(List.of("p1 tap1"), () -> members.get("m1").bindings("hv1"));
    var binding = members.get("m1").bindingRows("hv1").get(0);
    var chassis = members.get("m1").chassisRow("hv1").orElseThrow();
    int written = hv1.log().size();

    members.remove("m1").close();
    hv1.plug("tap2", "p2");
    divide("m2");
    becomes(List.of("p1 tap1", "p2 tap2"), () -> members.get("m2").bindings("hv1"));
    awaitOwner("m2");
    assertTrue(members.get("m2").bindingRows("hv1").contains(binding), "it is as old as before");
    assertEquals(Optional.of(chassis), members.get("m2").chassisRow("hv1"));
    assertEquals(written, hv1.log().size());

    divide("m3");
    awaitOwner("m3");
    members.get("m3").commit(Edit.put(Chassis.newBuilder().setName("hv2").build()));
    store
        .commit(
            Edit.observation(
                Edit.put(
                    io.heddle.v1.Encap.newBuilder()
                        .setChassis("hv2")
                        .setType("geneve")
                        .setIp("192.0.2.2")
                        .build())))
        .join();
    becomes(
        Optional.of(1),
        () -> members.get("m3").southbound().connected("hv1").map(OvsdbHost::tunnels));
    assertEquals(Optional.empty(), members.get("m2").southbound().connected("hv1"));
  }
}
