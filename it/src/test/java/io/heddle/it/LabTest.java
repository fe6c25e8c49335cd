package io.heddle.it;

import io.heddle.it.lab.Host;
import io.heddle.it.lab.Lab;
import io.heddle.it.lab.Vm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What end-to-end tests begin with: an empty lab, and a controller that is yet to be started. */
abstract class LabTest {
  @TempDir Path folder;
  ControllerProcess controller;
  Lab lab;
  Northbound northbound;

  @BeforeEach
  void begin() {
    controller = ControllerProcess.in(folder);
    lab = Lab.up(controller.ports().ovsdb());
    northbound = new Northbound(controller.ports().grpc());
  }

  @AfterEach
  void end() {
    northbound.close();
    controller.close();
    lab.close();
  }

  static String mac(int number) {
    return "02:00:00:00:00:0" + number;
  }

  /**
   * The VM of port pN.
   *
   * @param addresses with prefix length, separated by commas; or "-" for none
   */
  Vm vm(int number, Host host, String addresses, String... gateways) {
    List<String> options = new ArrayList<>();
    for (var gateway : gateways) {
      options.addAll(List.of("--gateway", gateway));
    }
    return lab.vm(
        "vm" + number, host, "p" + number, mac(number), addresses, options.toArray(String[]::new));
  }

  /** Tells the VM its router's MAC address, so that its first packet need not wait for it. */
  static void introduce(Vm vm, String gateway, String mac) {
    vm.run("ip", "-6", "neighbour", "replace", gateway, "lladdr", mac, "dev", "eth0");
  }
}
