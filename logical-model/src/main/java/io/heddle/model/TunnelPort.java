package io.heddle.model;

/**
 * The OpenFlow numbers of tunnel ports. They follow from the remote chassis' key, so that the flows
 * towards a chassis are the same on every host and nothing need be learnt from the hosts first. The
 * numbers stand above those that Open vSwitch gives by itself.
 */
public final class TunnelPort {
  private static final int FIRST = 0x8000;

  private TunnelPort() {}

  /**
   * The ofport_request of the tunnel port to a chassis.
   *
   * @param chassisKey the remote chassis' chassis_key, 1 to 16000
   * @param type "geneve" or "vxlan"
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
