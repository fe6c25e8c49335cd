package io.heddle.it.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * A place for a controller in the lab: a network namespace of its own.
 *
 * @param address at which hosts, other seats and the test reach it
 */
public record Seat(Lab lab, String name, String address) {
  /** A command that becomes, in this place, the words that follow it. */
  public List<String> prefix() {
    return lab.prefix(name);
  }

  /** Whatever goes from here to that address is lost from now on. */
  public void loses(String to) {
    route("add", to);
  }

  /** It is no longer. */
  public void reaches(String to) {
    route("del", to);
  }

  private void route(String change, String to) {
    var words = new ArrayList<>(List.of("exec", name, "ip", "route", change, "blackhole"));
    words.add(to + "/32");
    lab.call(words.toArray(String[]::new));
  }
}
