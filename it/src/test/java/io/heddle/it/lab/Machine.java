package io.heddle.it.lab;

import java.nio.file.Path;
import java.util.List;

/** A machine of the lab, for a controller: a network namespace and a disk of its own. */
public record Machine(Lab lab, String name) {

  /** Where hosts, other machines and the test reach it. */
  public String address() {
    return lab.call("address", name).strip();
  }

  /** Where its disk is. */
  public Path disk() {
    return Path.of(lab.call("disk", name).strip());
  }

  /** The words that make a program run on it, without a process between. */
  public List<String> inside() {
    return lab.inside(name);
  }

  /** No longer hears what the other one sends, or hears it again. */
  public void deafTo(Machine other, boolean deaf) {
    lab.call("deaf", name, other.name, deaf ? "on" : "off");
  }

  /** Pulls its cable, or plugs it in again. */
  public void cable(boolean plugged) {
    lab.call("link", name, "management", plugged ? "up" : "down");
  }
}
