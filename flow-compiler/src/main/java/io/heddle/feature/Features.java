package io.heddle.feature;

import io.heddle.compiler.Feature;
import java.util.List;

/** Every feature there is. */
public final class Features {
  public static final List<Feature> ALL =
      List.of(
          new SwitchPipeline(),
          new Ports(),
          new NeighbourAnswers(),
          new RouterAdvertisements(),
          new KnownUnicast(),
          new MacLearning(),
          new Flooding(),
          new SwitchLinks(),
          new Tunnels(),
          new RouterPipeline(),
          new Martians(),
          new RouterPorts(),
          new StaticRoutes(),
          new WatchedNextHops(),
          new RouterPolicies(),
          new DistantHops(),
          new Neighbours(),
          new MacBindings(),
          new PathMtu(),
          new Allowances(),
          new Excess());

  private Features() {}
}
