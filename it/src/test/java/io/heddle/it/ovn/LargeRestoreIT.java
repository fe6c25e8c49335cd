package io.heddle.it.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.lab.Lab;
import io.heddle.it.ovn.OvsdbMember.Ports;
import io.heddle.model.Edit;
import io.heddle.northbound.raft.RaftLimits;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ovsdb-client restore} makes one transaction of a whole network, however large. */
@Timeout(600)
class LargeRestoreIT {
  private static final String NAME = "heddle";
  private static final int SWITCHES = 500;
  private static final int PORTS = 50;

  @TempDir Path folder;

  @Test
  void aNetworkOfTwentyFiveThousandPortsIsRestored() throws Exception {
    var data = folder.resolve(NAME);
    try (var store = RaftStore.open(StoreSettings.alone(data))) {
      fill(store);
    }
    var backup = folder.resolve("backup.db");
    try (var member = new OvsdbMember(folder, NAME, Map.of(NAME, new Ports(0, Lab.freePort())))) {
      member.start();
      member.awaitReady();
      assertEquals(0, client(Redirect.PIPE, Redirect.to(backup.toFile()), "backup", member));
      assertTrue(Files.size(backup) > RaftLimits.PART_BYTES, Files.size(backup) + " bytes");
      var out = folder.resolve("restore.out");
      int status =
          client(Redirect.from(backup.toFile()), Redirect.to(out.toFile()), "restore", member);
      assertEquals(0, status, Files.readString(out));
      // What was answered is on disk.
      member.kill();
    }
    try (var store = RaftStore.open(StoreSettings.alone(data))) {
      var snapshot = store.snapshot();
      assertEquals(SWITCHES + 1, snapshot.revision(), "one transaction");
      assertEquals(SWITCHES, snapshot.rows(LogicalSwitch.class).size());
      assertEquals(SWITCHES * PORTS, snapshot.rows(LogicalSwitchPort.class).size());
    }
  }

  private static int client(Redirect input, Redirect output, String command, OvsdbMember member)
      throws Exception {
    var words = List.of("ovsdb-client", "-voff", command, member.database(), "OVN_Northbound");
    var process =
        new ProcessBuilder(words)
            .redirectInput(input)
            .redirectOutput(output)
            .redirectError(Redirect.INHERIT)
            .start();
    assertTrue(process.waitFor(300, TimeUnit.SECONDS), command + " takes too long");
    return process.exitValue();
  }

  private static void fill(RaftStore store) {
    for (int s = 0; s < SWITCHES; s++) {
      var sw = UUID.randomUUID();
      var edits = new ArrayList<Operation>();
      edits.add(Edit.put(sw, LogicalSwitch.newBuilder().setName("switch" + s).build()));
      for (int p = 0; p < PORTS; p++) {
        edits.add(
            Edit.put(
                UUID.randomUUID(),
                LogicalSwitchPort.newBuilder()
                    .setName(UUID.randomUUID().toString())
                    .setLogicalSwitch(sw.toString())
                    .addAddresses("0a:00:00:00:%02x:%02x".formatted(s % 256, p))
                    .putExternalIds("neutron:device_id", UUID.randomUUID().toString())
                    .putExternalIds("neutron:network_name", "network" + s)
                    .build()));
      }
      store.commit(Edit.transaction(edits)).join();
    }
  }
}
