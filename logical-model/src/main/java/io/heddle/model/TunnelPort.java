package io.heddle.model;

import java.util.Set;

/**
 * The OpenFlow numbers of tunnel ports. They follow from the remote chassis' key, so that the flows
 * towards a chassis are the same on every host and nothing need be learnt from the hosts first. The
 * numbers stand above those that Open vSwitch gives by itself.
 */
public final class TunnelPort {
  /** The types of tunnel there are. */
  public static final Set<String> TYPES = Set.of("geneve", "vxlan");

  private static final int FIRST = 0x8000;

  private TunnelPort() {}

  /**
   * The ofport_request of the tunnel port to a chassis.
   *
   * @param chassisKey the remote chassis' chassis_key, 1 to 16000
   * @param type one of {@link #TYPES}
   */
  public static int ofport(int chassisKey, String type) {
    return FIRST
        + 2 * chassisKey
        + switch (type) {
          case "geneve" -> 0;
          case "vxlan" -> 1;
          default -> throw new IllegalArgumentException("no tunnel of type " + type);
        };
  }
}
