package io.heddle.northbound.rowfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Transaction;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RowFileTest {
  private static final Transaction EXPECTED =
      Edit.transaction(
          Edit.put(LogicalSwitch.newBuilder().setName("s1").build()),
          Edit.put(
              LogicalSwitchPort.newBuilder()
                  .setName("p1")
                  .setLogicalSwitch("s1")
                  .addAddresses("52:54:00:00:00:01 10.0.0.1")
                  .addAddresses("unknown")
                  .setEnabled(true)
                  .build()));

  private static List<String> faults(String text) {
    return assertThrows(RowFile.MalformedException.class, () -> RowFile.parse("f", text)).faults();
  }

  @Test
  void jsonWithKinds() throws Exception {
    var file =
        RowFile.parse(
            "f",
            """
            [{"kind": "LogicalSwitch", "name": "s1"},
             {"kind": "LogicalSwitchPort", "name": "p1", "logical_switch": "s1",
              "addresses": ["52:54:00:00:00:01 10.0.0.1", "unknown"], "enabled": true}]
            """);
    assertEquals(EXPECTED, file.transaction());
    assertEquals(
        List.of("f row 1 (LogicalSwitch s1)", "f row 2 (LogicalSwitchPort p1)"), file.labels());
  }

  @Test
  void jsonWithTypesAndCamelCase() throws Exception {
    var file =
        RowFile.parse(
            "f",
            """
            [{"@type": "type.googleapis.com/heddle.v1.LogicalSwitch", "name": "s1"},
             {"@type": "heddle.v1.LogicalSwitchPort", "name": "p1", "logicalSwitch": "s1",
              "addresses": ["52:54:00:00:00:01 10.0.0.1", "unknown"], "enabled": true}]
            """);
    assertEquals(EXPECTED, file.transaction());
  }

  /** YAML 1.1 would read the first MAC address as a number in base 60. */
  @Test
  void yamlDocuments() throws Exception {
    var file =
        RowFile.parse(
            "f",
            """
            # a comment
            kind: logical-switch
            name: s1
            ---
            - kind: LogicalSwitchPort
              name: p1
              logical_switch: s1
              addresses: [52:54:00:00:00:01 10.0.0.1, unknown]
              enabled: true
            """);
    assertEquals(EXPECTED, file.transaction());
    var mac = RowFile.parse("f", "kind: LogicalSwitch\nname: 52:54:00:00:00:01\n");
    assertEquals(
        Edit.transaction(Edit.put(LogicalSwitch.newBuilder().setName("52:54:00:00:00:01").build())),
        mac.transaction());
  }

  @Test
  void oneRowWithItsUuidAndWhatWasPrintedBesides() throws Exception {
    var uuid = new UUID(1, 2);
    var file =
        RowFile.parse(
            "f",
            "{\"kind\":\"LogicalSwitch\",\"uuid\":\"%s\",\"name\":\"s1\",\"created\":1,\"version\":2}"
                .formatted(uuid));
    assertEquals(
        Edit.transaction(Edit.put(uuid, LogicalSwitch.newBuilder().setName("s1").build())),
        file.transaction());
  }

  @Test
  void aWholeTransaction() throws Exception {
    var json =
        """
        {"operations": [
          {"put": {"row": {"@type": "type.googleapis.com/heddle.v1.LogicalSwitch", "name": "s1"}}},
          {"delete": {"kind": "LogicalSwitchPort", "name": "p1"}}]}
        """;
    var file = RowFile.parse("f", json);
    assertEquals(
        Edit.transaction(
            Edit.put(LogicalSwitch.newBuilder().setName("s1").build()),
            Edit.delete(LogicalSwitchPort.class, "p1")),
        file.transaction());
    assertEquals(List.of("f operations[0]", "f operations[1]"), file.labels());
    assertTrue(faults(json.replace("delete", "remove")).get(0).contains("remove"));
  }

  @Test
  void everyRowsFaultIsTold() {
    var faults =
        faults(
            """
            [{"kind": "LogicalSwitch", "name": "s1", "colour": "red"},
             {"kind": "Nothing"},
             {"name": "s3"},
             17,
             {"kind": "LogicalSwitchPort", "name": "p1", "enabled": "perhaps"}]
            """);
    assertEquals(5, faults.size(), faults.toString());
    assertTrue(faults.get(0).startsWith("f row 1 (LogicalSwitch s1): "), faults.get(0));
    assertTrue(faults.get(0).contains("colour"), faults.get(0));
    assertTrue(faults.get(1).contains("there are LogicalSwitch, "), faults.get(1));
    assertTrue(faults.get(2).contains("says no kind"), faults.get(2));
    assertTrue(faults.get(3).contains("is no object"), faults.get(3));
    assertTrue(faults.get(4).startsWith("f row 5 (LogicalSwitchPort p1): "), faults.get(4));
  }

  @Test
  void whatIsNoFileOfRowsIsTold() {
    assertEquals(List.of("f: no rows"), faults(""));
    assertEquals(List.of("f: no rows"), faults("[]"));
    assertTrue(faults("[{").get(0).startsWith("f: "));
    assertTrue(faults("a: [b").get(0).startsWith("f: "));
    assertTrue(faults("just text").get(0).startsWith("f row 1: is no object"));
  }
}
