package io.heddle.answer;

import java.util.UUID;

/** A link of the chain: takes what it is there for, and passes the rest on. */
public abstract class PuntedLink implements Punted {
  private final Punted others;

  /**
   * @param others takes what this one does not
   */
  protected PuntedLink(Punted others) {
    this.others = others;
  }

  protected final void passOn(UUID chassis, PuntedPacket packet, Injector back) {
    others.punted(chassis, packet, back);
  }

  @Override
  public void connected(UUID chassis, Injector back) {
    others.connected(chassis, back);
  }

  @Override
  public void disconnected(UUID chassis, Injector back) {
    others.disconnected(chassis, back);
  }
}
