package io.heddle.compiler;

import java.util.UUID;

/** A set of flows that a chassis needs as a whole or not at all. Chassis share layers. */
public sealed interface Layer {
  /** What every chassis has: the pipeline's own rules. */
  record Pipeline() implements Layer {}

  /** One logical switch, for the chassis that have ports of it or of one that it is linked with. */
  record Datapath(UUID logicalSwitch) implements Layer {}

  /**
   * All switches and routers that are connected with each other, known by the first of them: what
   * every chassis needs to know of them that has ports of any.
   */
  record Domain(UUID first) implements Layer {}

  /** One chassis' own ports. */
  record Host(UUID chassis) implements Layer {}

  /**
   * To and from all chassis that have an encapsulation of this type, for every chassis that has
   * one, itself among them.
   */
  record Tunnels(String type) implements Layer {}
}
