package io.heddle.reach;

import io.heddle.reach.Plan.Patch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** The links between switches that carry frames: each that joins two who were not joined before. */
record Tree(List<Patch> patches) {
  static Tree of(Plan plan) {
    var group = new HashMap<String, String>();
    plan.switches().forEach(name -> group.put(name, name));
    var carrying = new ArrayList<Patch>();
    for (var patch : plan.patches()) {
      var one = group.get(patch.one());
      var other = group.get(patch.other());
      if (patch.enabled() && patch.mutual() && !one.equals(other)) {
        group.replaceAll((name, of) -> of.equals(other) ? one : of);
        carrying.add(patch);
      }
    }
    return new Tree(carrying);
  }

  /** Those that a switch has. */
  List<Patch> of(String network) {
    return patches.stream()
        .filter(p -> p.one().equals(network) || p.other().equals(network))
        .toList();
  }

  String across(Patch patch, String network) {
    return patch.one().equals(network) ? patch.other() : patch.one();
  }
}
