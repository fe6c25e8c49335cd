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
    private final List<Flow> flows = new ArrayList<>(FEW);

    /** Of each flow. */
    private final List<Layer> layers = new ArrayList<>(FEW);

    private final List<Problem> problems = new ArrayList<>(0);

    public void flow(Layer layer, Flow flow) {
      layers.add(layer);
      flows.add(flow);
    }

    public void problem(String kind, String name, String message) {
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
