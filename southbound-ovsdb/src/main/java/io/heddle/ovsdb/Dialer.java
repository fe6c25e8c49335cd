package io.heddle.ovsdb;

import io.heddle.ovsdb.wire.OvsdbConnection;
import io.heddle.v1.Chassis;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Keeps a connection to every chassis that has a target. */
final class Dialer {
  /** How connections are made, and given a session. */
  interface Line {
    CompletableFuture<OvsdbConnection> connect(InetSocketAddress host, Duration timeout);

    HostSession session(OvsdbConnection connection, UUID chassis, Runnable ended);
  }

  /** One chassis' connection or the attempt to get it. */
  private final class Call {
    private final UUID chassis;
    private final String target;
    private Duration pause = context.settings().timing().reconnectMin();
    private Optional<HostSession> session = Optional.empty();
    private String failure = "";
    private boolean wanted = true;

    Call(UUID chassis, String target) {
      this.chassis = chassis;
      this.target = target;
    }

    void dial() {
      synchronized (Dialer.this) {
        if (!wanted) {
          return;
        }
      }
      line.connect(address(target), context.settings().timing().handshake())
          .whenComplete(this::answered);
    }

    private void answered(OvsdbConnection connection, Throwable failed) {
      synchronized (Dialer.this) {
        if (failed != null) {
          failure = why(failed);
          retry();
          return;
        }
        failure = "";
        session = Optional.of(line.session(connection, chassis, this::hungUp));
        if (!wanted) {
          session.get().close("its chassis is no longer to be connected to");
        }
      }
    }

    private void hungUp() {
      synchronized (Dialer.this) {
        boolean lived = session.filter(s -> s.shown().state().known()).isPresent();
        if (lived) {
          pause = context.settings().timing().reconnectMin();
        }
        session = Optional.empty();
        failure = "the connection ended";
        retry();
      }
    }

    private void retry() {
      if (wanted) {
        context.later(pause, this::dial);
        var max = context.settings().timing().reconnectMax();
        pause = pause.multipliedBy(2).compareTo(max) < 0 ? pause.multipliedBy(2) : max;
      }
    }

    void hangUp() {
      wanted = false;
      session.ifPresent(s -> s.close("its chassis is no longer to be connected to"));
    }
  }

  private final Context context;
  private final Line line;
  private final Map<UUID, Call> calls = new HashMap<>();

  Dialer(Context context, Line line) {
    this.context = context;
    this.line = line;
  }

  /** Calls whom the store has a target for, and ends the calls that it has none for any more. */
  synchronized void reconcile() {
    var targets = new HashMap<UUID, String>();
    context
        .store()
        .snapshot()
        .rows(Chassis.class)
        .forEach((uuid, row) -> targets.put(uuid, row.as(Chassis.class).getTarget()));
    targets.values().removeIf(String::isEmpty);
    calls.entrySet().removeIf(call -> isOver(call, targets));
    targets.forEach(
        (uuid, target) -> {
          if (!calls.containsKey(uuid)) {
            var call = new Call(uuid, target);
            calls.put(uuid, call);
            call.dial();
          }
        });
  }

  private static boolean isOver(Map.Entry<UUID, Call> call, Map<UUID, String> targets) {
    boolean over = !call.getValue().target.equals(targets.get(call.getKey()));
    if (over) {
      call.getValue().hangUp();
    }
    return over;
  }

  synchronized void close() {
    calls.values().forEach(Call::hangUp);
    calls.clear();
  }

  /** Why the chassis is not connected, where Heddle tries to connect to it. */
  synchronized Optional<String> failure(UUID chassis) {
    return Optional.ofNullable(calls.get(chassis))
        .filter(call -> call.session.isEmpty())
        .map(
            call ->
                "cannot connect to "
                    + call.target
                    + (call.failure.isEmpty() ? "" : ": " + call.failure)
                    + "; trying again");
  }

  private static String why(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** The store has checked the format; an address in figures asks no name server. */
  static InetSocketAddress address(String target) {
    var text = target.substring("tcp:".length());
    int colon = text.lastIndexOf(':');
    try {
      return new InetSocketAddress(
          InetAddress.getByName(text.substring(0, colon)),
          Integer.parseInt(text.substring(colon + 1)));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(target + " is no OVSDB target", e);
    }
  }
}
