package io.heddle.compiler;

import io.heddle.flow.Flow;
import io.heddle.model.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a feature has to say of one thing: flows by the layer they belong to, and problems. */
public record Emission(Map<Layer, List<Flow>> flows, List<Problem> problems) {

  /** Mostly there are one or two flows. */
  private static final int FEW = 2;

  private static final Emission NOTHING = new Emission(Map.of(), List.of());

  /** Takes what a feature emits. */
  public static final class Sink {
    // Lists to add to are made when there is something to add: most sinks stay empty.

    private List<Flow> flows = List.of();

    /** Of each flow. */
    private List<Layer> layers = List.of();

    private List<Problem> problems = List.of();

    public void flow(Layer layer, Flow flow) {
      if (flows.isEmpty()) {
        flows = new ArrayList<>(FEW);
        layers = new ArrayList<>(FEW);
      }
      layers.add(layer);
      flows.add(flow);
    }

    public void problem(String kind, String name, String message) {
      if (problems.isEmpty()) {
        problems = new ArrayList<>(1);
      }
      problems.add(new Problem(kind, name, message));
    }

    Emission emission() {
      return flows.isEmpty() && problems.isEmpty()
          ? NOTHING
          : new Emission(byLayer(), List.copyOf(problems));
    }

    private Map<Layer, List<Flow>> byLayer() {
      if (flows.size() == 1) {
        return Map.of(layers.get(0), List.of(flows.get(0)));
      }
      var all = new LinkedHashMap<Layer, List<Flow>>();
      for (int i = 0; i < flows.size(); i++) {
        all.computeIfAbsent(layers.get(i), l -> new ArrayList<>(FEW)).add(flows.get(i));
      }
      all.replaceAll((layer, list) -> List.copyOf(list));
      return Map.copyOf(all);
    }
  }
}
