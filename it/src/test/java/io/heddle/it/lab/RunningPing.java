package io.heddle.it.lab;

/** A ping that goes on until it is stopped. */
public final class RunningPing implements AutoCloseable {
  private final Running ping;

  RunningPing(Running ping) {
    this.ping = ping;
  }

  /** Ends it and tells how it went. */
  public Ping stop() {
    return Ping.upToLastAnswer(ping.interrupt());
  }

  @Override
  public void close() {
    ping.close();
  }
}
