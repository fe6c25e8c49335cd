package io.heddle.northbound.ovsdb;

import java.time.Duration;

/**
 * What the server grants its clients, so that none of them, however hostile, can make it hold more
 * than a bounded amount of anything. Unless it says otherwise, a connection that exceeds one is
 * closed, and the log names the limit.
 *
 * @param connections at once; further ones are closed as they are accepted
 * @param requestBytes one request
 * @param incomingBytes of all requests that are still on their way, together
 * @param requestTime a request must be complete so soon after its first byte
 * @param jsonDepth arrays and objects within each other
 * @param jsonValues values in one request
 * @param pendingRequests of one connection; further ones are not read until one is answered
 * @param waits transactions of one connection whose "wait" is not met yet; further ones are refused
 * @param monitors of one connection; further ones are refused
 * @param conditions clauses of one monitor; more are refused
 * @param locks that one connection holds or waits for; further ones are refused
 * @param outgoingBytes that a client has not taken yet, beyond which nothing more is made for it
 * @param commits remembered: so far a client may be behind
 * @param sharedBytes of updates that are kept for other clients that monitor the same
 * @param contentsBytes of the first contents of monitors, kept for other clients that want the same
 * @param probe a connection that is silent for so long is asked for a sign of life, and closed
 *     where none comes in the same time again
 */
public record OvsdbLimits(
    int connections,
    int requestBytes,
    long incomingBytes,
    Duration requestTime,
    int jsonDepth,
    int jsonValues,
    int pendingRequests,
    int waits,
    int monitors,
    int conditions,
    int locks,
    int outgoingBytes,
    int commits,
    int sharedBytes,
    int contentsBytes,
    Duration probe) {

  public static final OvsdbLimits DEFAULT =
      new OvsdbLimits(
          512,
          32 << 20,
          64 << 20,
          Duration.ofSeconds(60),
          100,
          2_000_000,
          64,
          256,
          64,
          10_000,
          64,
          256 << 10,
          2_000,
          64 << 20,
          64 << 20,
          Duration.ofSeconds(60));
}
