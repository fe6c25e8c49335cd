package io.heddle.compiler;

import java.util.UUID;

/** A set of flows that a chassis needs as a whole or not at all. Chassis share layers. */
public sealed interface Layer {
  /** What every chassis has: the pipeline's own rules. */
  record Pipeline() implements Layer {}

  /** One logical switch, for the chassis that have ports of it. */
  record Datapath(UUID logicalSwitch) implements Layer {}

  /** One chassis' own ports. */
  record Host(UUID chassis) implements Layer {}

  /** Towards one chassis, for all others that send to it by this type of tunnel. */
  record TunnelTo(UUID chassis, String type) implements Layer {}

  /** From one chassis, for all others that it can reach by this type of tunnel. */
  record TunnelFrom(UUID chassis, String type) implements Layer {}
}
