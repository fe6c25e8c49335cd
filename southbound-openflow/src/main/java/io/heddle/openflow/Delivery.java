package io.heddle.openflow;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One bundle on its way to a switch, which answers in order: when the barrier behind the bundle is
 * answered, all that went wrong with it has been said.
 *
 * <p>Open vSwitch checks each message as it is added; one that it refuses then is left out, and the
 * rest takes effect. One that it refuses at the commit makes the whole bundle void.
 */
final class Delivery {
  static final String TOO_LONG = "it is longer than an OpenFlow message can be";

  private final long revision;
  private final Bundle bundle;
  private final int open;
  private final int commit;
  private final Map<Long, String> refused = new HashMap<>();
  private Optional<String> fault = Optional.empty();
  private boolean committed;

  /**
   * @param revision that the switch has when the bundle has taken effect
   * @param open the request that opens it, by its transaction id
   * @param commit the request that commits it
   */
  Delivery(long revision, Bundle bundle, int open, int commit) {
    this.revision = revision;
    this.bundle = bundle;
    this.open = open;
    this.commit = commit;
  }

  /** There is nothing to change; only the barrier is sent. */
  static Delivery ofNothing(long revision) {
    var delivery = new Delivery(revision, new Bundle(), 0, 0);
    delivery.committed = true;
    return delivery;
  }

  long revision() {
    return revision;
  }

  void acknowledged(int control) {
    committed |= control == Protocol.BUNDLE_COMMITTED;
  }

  /** Takes the error if it is about this bundle. */
  boolean takes(SwitchError error) {
    if (error.ofBundle() || error.xid() == open || error.xid() == commit) {
      fault = fault.or(() -> Optional.of(error.toString()));
      return true;
    }
    if (error.xid() != FlowBytes.XID) {
      return false;
    }
    error
        .cookie()
        .ifPresentOrElse(
            cookie -> refused.put(cookie, error.toString()),
            () -> fault = Optional.of(error.toString()));
    return true;
  }

  /** It has taken effect, but for the flows refused. */
  boolean committed() {
    return committed;
  }

  /** Cookies of flows that the switch does not take, and why. */
  Map<Long, String> refused() {
    bundle.tooLong().forEach(flow -> refused.put(flow.cookie(), TOO_LONG));
    return refused;
  }

  /** Why it has not taken effect. */
  String fault() {
    return fault.orElse("no answer to the commit");
  }
}
