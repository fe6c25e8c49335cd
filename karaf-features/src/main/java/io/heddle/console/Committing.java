package io.heddle.console;

import com.google.protobuf.Timestamp;
import io.heddle.model.Membership;
import io.heddle.model.Outcome;
import io.heddle.model.Store;
import io.heddle.v1.Origin;
import io.heddle.v1.Transaction;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.console.Session;

/** Commits and says what became of it. */
final class Committing {
  /** As long as restoring a large backup may take; the store itself gives up small ones sooner. */
  private static final long SECONDS = 600;

  /** The session's variable with the name of who has logged in. */
  private static final String USER = "USER";

  private Committing() {}

  /**
   * @return the revision that holds it
   * @throws IllegalArgumentException where the transaction was refused; the message says why
   */
  static long commit(Order order, Session session, Transaction transaction)
      throws InterruptedException, ExecutionException, TimeoutException {
    var said = transaction.toBuilder().setOrigin(origin(order, session)).build();
    var outcome = order.part(Store.class).commit(said).get(SECONDS, TimeUnit.SECONDS);
    if (outcome instanceof Outcome.Refused refused) {
      throw new IllegalArgumentException(
          "Refused; nothing was changed:\n"
              + refused.violations().stream().map(v -> "  " + v).collect(Collectors.joining("\n")));
    }
    return ((Outcome.Committed) outcome).receipt().getRevision();
  }

  /** Who is at the console. */
  private static Origin origin(Order order, Session session) {
    var now = Instant.now();
    return Origin.newBuilder()
        .setTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
        .setProof(Origin.Proof.CONSOLE)
        .setWho(String.valueOf(Optional.ofNullable(session.get(USER)).orElse("")))
        .setDoor("console")
        .setMember(order.part(Membership.class).view().self())
        .build();
  }
}
