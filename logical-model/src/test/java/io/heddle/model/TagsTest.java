package io.heddle.model;

import static io.heddle.model.Edit.delete;
import static io.heddle.model.Edit.put;
import static io.heddle.model.Edit.update;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ports that request a VLAN tag have it, and those that request any have one of their own. */
class TagsTest {
  private final Rows rows = new Rows();

  @BeforeEach
  void network() {
    rows.commit(put(Rows.sw("s")), put(Rows.sw("t")));
    rows.commit(put(Rows.port("vm", "s")));
  }

  private static LogicalSwitchPort.Builder child(String name, String parent, int request) {
    return Rows.port(name, "s").toBuilder().setParentName(parent).setTagRequest(request);
  }

  private static Operation any(String name, String parent) {
    return put(child(name, parent, 0).build());
  }

  private int tag(String port) {
    return rows.port(port).getTag();
  }

  @Test
  void whoRequestsAnyHasTheLowestThatNoSiblingHas() {
    rows.commit(put(Rows.port("d", "t").toBuilder().setParentName("vm").setTag(3).build()));
    rows.commit(any("a", "vm"), put(child("b", "vm", 1).build()), any("c", "vm"));
    rows.commit(any("e", "vm"), any("x", "other"));
    assertEquals(
        List.of(2, 1, 4, 3, 5, 1),
        List.of(tag("a"), tag("b"), tag("c"), tag("d"), tag("e"), tag("x")));
    rows.commit(delete(LogicalSwitchPort.class, "a"));
    rows.commit(any("f", "vm"));
    assertEquals(2, tag("f"));
  }

  @Test
  void aTagThatIsRequestedIsThePortsWhateverIsWritten() {
    rows.commit(put(child("a", "", 7).setTag(9).build()), put(child("b", "vm", 7).build()));
    assertEquals(List.of(7, 7), List.of(tag("a"), tag("b")));
    rows.commit(put(child("a", "", 8).setTag(7).build()));
    assertEquals(8, tag("a"));
  }

  @Test
  void aPortKeepsItsTag() {
    rows.commit(any("a", "vm"), any("b", "vm"), any("c", "vm"));
    rows.commit(delete(LogicalSwitchPort.class, "a"));
    var version = rows.row(LogicalSwitchPort.class, "b").version();
    rows.commit(any("b", "vm"));
    assertEquals(2, tag("b"));
    assertEquals(version, rows.row(LogicalSwitchPort.class, "b").version());
    rows.commit(
        update(
            rows.uuid(LogicalSwitchPort.class, "b"),
            LogicalSwitchPort.getDefaultInstance(),
            "tag"));
    assertEquals(2, tag("b"));
    rows.commit(put(child("b", "vm", 0).setTag(20).build()));
    assertEquals(20, tag("b"));
    rows.commit(put(child("b", "vm", 0).setTag(3).build()));
    assertEquals(1, tag("b"), "3 is c's");
  }

  /** As what was exported is imported again, or a port is given to another parent. */
  @Test
  void whatAPortBringsStaysWhereItIsFree() {
    rows.commit(
        any("a", "vm"),
        put(child("b", "vm", 0).setTag(1).build()),
        put(child("c", "vm", 0).setTag(1).build()),
        any("d", "other"));
    assertEquals(List.of(2, 1, 3, 1), List.of(tag("a"), tag("b"), tag("c"), tag("d")));
    rows.commit(put(child("c", "other", 0).setTag(3).build()), any("d", "vm"));
    assertEquals(List.of(3, 3), List.of(tag("c"), tag("d")));
  }

  @Test
  void whoRequestsNoneHasWhatIsWritten() {
    rows.commit(
        put(Rows.port("a", "s").toBuilder().setParentName("vm").setTag(5).build()),
        put(Rows.port("b", "s").toBuilder().setTagRequest(0).build()));
    assertEquals(5, tag("a"));
    assertFalse(rows.port("b").hasTag(), "it has no parent");
    rows.commit(any("a", "vm"));
    rows.commit(put(Rows.port("a", "s").toBuilder().setParentName("vm").build()));
    assertFalse(rows.port("a").hasTag());
  }

  @Test
  void whatIsNoTagIsRefused() {
    var wrong = "LogicalSwitchPort a tag: 4096 is more than 4095";
    assertEquals(wrong, refused(child("a", "vm", 0).setTag(4096)));
    assertEquals(
        "LogicalSwitchPort a tag: 0 is less than 1", refused(child("a", "vm", 0).setTag(0)));
    assertEquals(
        "LogicalSwitchPort a tag_request: 4294967295 is more than 4095",
        refused(child("a", "vm", -1)));
  }

  private String refused(LogicalSwitchPort.Builder port) {
    return rows.refuseOnce(put(port.build())).toString();
  }

  @Test
  void whereAllAreTakenThereIsNone() {
    rows.commit(IntStream.range(0, Tags.LAST).mapToObj(i -> any("p" + i, "vm")).toList());
    assertEquals(Tags.LAST, tag("p" + (Tags.LAST - 1)));
    assertEquals(
        "LogicalSwitchPort q tag_request: all tags of vm are taken", refused(child("q", "vm", 0)));
    rows.commit(delete(LogicalSwitchPort.class, "p77"), any("q", "vm"));
    assertEquals(78, tag("q"));
  }
}
