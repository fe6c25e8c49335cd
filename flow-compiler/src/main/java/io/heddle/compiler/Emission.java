package io.heddle.compiler;

import io.heddle.flow.Flow;
import io.heddle.model.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a feature has to say of one thing: flows by the layer they belong to, and problems. */
public record Emission(Map<Layer, List<Flow>> flows, List<Problem> problems) {

  /** Mostly there are one or two layers, and as many flows for each. */
  private static final int FEW = 2;

  private static final Emission NOTHING = new Emission(Map.of(), List.of());

  /** Takes what a feature emits. */
  public static final class Sink {
    private final Map<Layer, List<Flow>> flows = new LinkedHashMap<>(FEW);
    private final List<Problem> problems = new ArrayList<>();

    public void flow(Layer layer, Flow flow) {
      flows.computeIfAbsent(layer, l -> new ArrayList<>(FEW)).add(flow);
    }

    public void problem(String kind, String name, String message) {
      problems.add(new Problem(kind, name, message));
    }

    Emission emission() {
      if (flows.isEmpty() && problems.isEmpty()) {
        return NOTHING;
      }
      flows.replaceAll((layer, list) -> List.copyOf(list));
      return new Emission(Map.copyOf(flows), List.copyOf(problems));
    }
  }
}
