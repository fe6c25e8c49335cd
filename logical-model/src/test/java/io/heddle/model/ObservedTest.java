package io.heddle.model;

import static io.heddle.model.Edit.delete;
import static io.heddle.model.Edit.put;
import static io.heddle.model.Edit.update;
import static io.heddle.model.Rows.chassis;
import static io.heddle.model.Rows.port;
import static io.heddle.model.Rows.sw;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.v1.ClusterVersion;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import org.junit.jupiter.api.Test;

/** Rows and fields that only Heddle itself writes, and what they say before it does. */
class ObservedTest {
  private final Rows rows = new Rows();

  /** While a member of version 1 is there, what all make of a commit is as it was. */
  @Test
  void aNewPortIsNotUpOnceAllMembersUnderstandThat() {
    rows.commit(put(sw("s1")), put(port("p1", "s1")));
    assertFalse(rows.port("p1").hasUp());
    rows.observe(put(ClusterVersion.newBuilder().setVersion(2).build()));
    rows.commit(
        put(port("p1", "s1", "unknown")), put(port("p2", "s1").toBuilder().setUp(true).build()));
    assertFalse(rows.port("p1").hasUp(), "it is not new");
    assertTrue(rows.port("p2").hasUp());
    assertFalse(rows.port("p2").getUp(), "a client made a port up");
    rows.observe(put(port("p3", "s1").toBuilder().setUp(true).build()));
    assertTrue(rows.port("p3").getUp());
  }

  @Test
  void clientsWriteNeitherObservedRowsNorObservedFields() {
    rows.commit(put(sw("s1")), put(port("p1", "s1")), put(chassis("c1")));
    var binding =
        PortBinding.newBuilder().setLogicalPort("p1").setChassis("c1").setInterface("tap1").build();
    assertTrue(rows.refuseOnce(put(binding)).message().contains("observed"));
    rows.observe(put(binding));
    var uuid = rows.snapshot.rows(PortBinding.class).keySet().iterator().next();
    assertTrue(rows.refuseOnce(delete(PortBinding.class, uuid)).message().contains("observed"));

    rows.commit(put(port("p1", "s1").toBuilder().setUp(true).build()));
    assertFalse(rows.port("p1").hasUp(), "a client made a port up");
    var port = rows.uuid(LogicalSwitchPort.class, "p1");
    rows.observe(update(port, LogicalSwitchPort.newBuilder().setUp(true).build(), "up"));
    assertTrue(rows.port("p1").getUp());
    rows.commit(put(port("p1", "s1")));
    assertTrue(rows.port("p1").getUp(), "a client's put took it away");
    rows.commit(update(port, LogicalSwitchPort.newBuilder().setUp(false).build(), "up"));
    assertTrue(rows.port("p1").getUp());
  }
}
