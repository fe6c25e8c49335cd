package io.heddle.ovsdb;

import io.heddle.ovsdb.wire.Ending;
import io.heddle.ovsdb.wire.OvsdbConnection;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Finds out whether a host is still there, and ends its connection where it is not. */
final class Pulse {
  private final Context context;
  private final OvsdbConnection connection;
  private final BooleanSupplier open;

  Pulse(Context context, OvsdbConnection connection, BooleanSupplier open) {
    this.context = context;
    this.connection = connection;
    this.open = open;
  }

  /** Asks now and then for a sign of life, as long as the connection is open. */
  void beat() {
    context.later(context.settings().timing().probeInterval(), this::probe);
  }

  private void probe() {
    if (!open.getAsBoolean()) {
      return;
    }
    var timing = context.settings().timing();
    var silence = Duration.ofNanos(System.nanoTime() - connection.heardNanos());
    if (silence.compareTo(timing.deadAfter()) > 0) {
      connection.close(Ending.fault("it was silent for " + silence.toSeconds() + " s"));
      return;
    }
    if (silence.compareTo(timing.probeInterval()) >= 0) {
      connection.echo();
    }
    beat();
  }

  /** Asks for a sign of life, without which the connection ends soon. */
  void prove() {
    long asked = System.nanoTime();
    connection.echo();
    context.later(
        context.settings().timing().takeover(),
        () -> {
          if (connection.heardNanos() - asked < 0) {
            connection.close(
                Ending.of("the chassis has connected anew and this connection does not answer"));
          }
        });
  }
}
