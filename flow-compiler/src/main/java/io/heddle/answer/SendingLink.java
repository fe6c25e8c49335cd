package io.heddle.answer;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A link that also has packets of its own to send, by whichever chassis are connected then. */
public abstract class SendingLink extends PuntedLink {
  private final Map<UUID, Injector> switches = new ConcurrentHashMap<>();

  /**
   * @param others takes what this one does not
   */
  protected SendingLink(Punted others) {
    super(others);
  }

  /** Whether a chassis is connected. */
  protected final boolean reaches(UUID chassis) {
    return switches.containsKey(chassis);
  }

  /** The packet is lost where the chassis is not connected. */
  protected final void inject(UUID chassis, Injection injection) {
    var to = switches.get(chassis);
    if (to != null) {
      to.inject(injection);
    }
  }

  @Override
  public void connected(UUID chassis, Injector back) {
    switches.put(chassis, back);
    super.connected(chassis, back);
  }

  @Override
  public void disconnected(UUID chassis, Injector back) {
    switches.remove(chassis, back);
    super.disconnected(chassis, back);
  }
}
