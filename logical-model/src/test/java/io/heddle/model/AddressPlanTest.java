package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.NbGlobal;
import io.heddle.v1.Operation;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPlanTest {
  private final Rows rows = new Rows();

  private static Operation network(String name, String... config) {
    var row = LogicalSwitch.newBuilder().setName(name);
    for (int i = 0; i < config.length; i += 2) {
      row.putOtherConfig(config[i], config[i + 1]);
    }
    return Edit.put(row.build());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/24,10.0.0.0/24",
    "10.0.0.77/24,10.0.0.0/24",
    "10.0.0.0/30,10.0.0.0/30",
    "10.0.0.0/8,10.0.0.0/8",
    "128.0.0.0/1,128.0.0.0/1"
  })
  void aSubnetIsReadFromAnyOfItsAddresses(String text, String subnet) {
    var plan = AddressPlan.of(Map.of("subnet", text), 0, (key, why) -> {}).orElseThrow();
    assertEquals(subnet, plan.subnet().orElseThrow().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "subnet,10.0.0.0",
    "subnet,10.0.0.0/31",
    "subnet,10.0.0.0/0",
    "subnet,10.0.0/24",
    "subnet,10.0.0.0/a",
    "subnet,fd00::/64",
    "subnet,nonsense",
    "exclude_ips,10.0.0",
    "exclude_ips,10.0.0.4..",
    "exclude_ips,10.0.0.9..10.0.0.4",
    "exclude_ips,10.0.0.4-10.0.0.9",
    "exclude_ips,10.0.0.4 10.0.1.4",
    "exclude_ips,9.255.255.255..10.0.0.3",
    "ipv6_prefix,fd00::/48",
    "ipv6_prefix,fd00::1",
    "ipv6_prefix,10.0.0.0",
    "mac_prefix,0a:00",
    "mac_prefix,01:00:00",
    "mac_prefix,0a:fe:00",
    "mac_prefix,0a:ff:17",
    "mac_prefix,0a:00:00:00",
    "mac_only,yes"
  })
  void aWrongConfigurationIsRefused(String key, String value) {
    var violation =
        key.equals("subnet")
            ? rows.refuseOnce(network("s", key, value))
            : rows.refuseOnce(network("s", "subnet", "10.0.0.0/24", key, value));
    assertEquals("LogicalSwitch s", violation.row());
    assertEquals("other_config[" + key + "]", violation.field());
    assertEquals(0, violation.operation());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0a:00", "01:00:00", "0a:fe:00", "nonsense"})
  void aWrongPrefixOfAllSwitchesIsRefused(String prefix) {
    var global = NbGlobal.newBuilder().putOptions("mac_prefix", prefix).build();
    assertEquals("options[mac_prefix]", rows.refuseOnce(Edit.put(global)).field());
  }
}
