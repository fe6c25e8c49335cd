package io.heddle.openflow;

import java.util.List;

/** For those who look at the connections with switches. */
public interface OpenflowSessions {
  /**
   * The switches that are connected, and those that were, as long as their chassis is there; by
   * address.
   */
  List<SwitchState> switches();
}
