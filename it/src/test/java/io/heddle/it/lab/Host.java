package io.heddle.it.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A host of the lab: its own ovsdb-server and ovs-vswitchd in a network namespace. */
public record Host(Lab lab, String name) {

  /** Which of a host's two cables. */
  public enum Cable {
    /** To the controller. */
    MANAGEMENT,
    /** To the other hosts, for tunnels. */
    UNDERLAY
  }

  /** The address of its management cable, from which it calls the controller. */
  public String managementAddress() {
    return lab.call("address", name).strip();
  }

  /** Runs a program on the host and returns what it prints; its failure is an exception. */
  public String run(String... words) {
    List<String> line = new ArrayList<>(List.of("exec", name));
    line.addAll(List.of(words));
    return lab.call(line.toArray(String[]::new));
  }

  /** ovs-vsctl with these arguments. */
  public String vsctl(String... words) {
    return run(with("ovs-vsctl", words));
  }

  /** ovs-ofctl in OpenFlow 1.3 with these arguments. */
  public String ofctl(String... words) {
    return run(with("ovs-ofctl", with("-OOpenFlow13", words)));
  }

  /** ovs-appctl to ovs-vswitchd with these arguments. */
  public String appctl(String... words) {
    return run(with("ovs-appctl", words));
  }

  /**
   * The flows of a bridge as ovs-ofctl dump-flows prints them, one per line, without its heading.
   */
  public List<String> flows(String bridge) {
    return ofctl("dump-flows", bridge)
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("cookie="))
        .toList();
  }

  /** Makes a host that was started with --no-join call the controller. */
  public void join() {
    lab.call("join", name);
  }

  /** kill -9. */
  public void killVswitchd() {
    lab.call("ovs", name, "kill-vswitchd");
  }

  public void startVswitchd() {
    lab.call("ovs", name, "start-vswitchd");
  }

  /** kill -9. */
  public void killOvsdb() {
    lab.call("ovs", name, "kill-ovsdb");
  }

  public void startOvsdb() {
    lab.call("ovs", name, "start-ovsdb");
  }

  /** Pulls a cable. */
  public void unplug(Cable cable) {
    lab.call("link", name, cable.name().toLowerCase(Locale.ROOT), "down");
  }

  /** Plugs a cable in again. */
  public void plug(Cable cable) {
    lab.call("link", name, cable.name().toLowerCase(Locale.ROOT), "up");
  }

  /** Starts tcpdump on the host's cable to the underlay. */
  public Capture capture(String filter) {
    return Capture.start(lab, name, filter);
  }

  /** Stops the host and deletes it with its VMs. */
  public void remove() {
    lab.call("remove-host", name);
  }

  private static String[] with(String first, String... more) {
    List<String> words = new ArrayList<>(List.of(first));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }
}
