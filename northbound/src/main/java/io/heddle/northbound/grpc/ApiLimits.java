package io.heddle.northbound.grpc;

import java.time.Duration;

/**
 * What one server grants its clients altogether, so that none of them, however hostile, can make it
 * hold more than a bounded amount of anything. How large one transaction may be is bounded by
 * {@link io.heddle.model.Limits}.
 *
 * @param messageBytes one request; larger ones are refused with RESOURCE_EXHAUSTED
 * @param metadataBytes the headers of one request
 * @param errorBytes the details of one error. They travel in HTTP/2 trailers, of which most clients
 *     accept 8 KiB
 * @param defaultPageSize rows on a page where the request does not say
 * @param pageSize rows on a page at most
 * @param pageBytes a page ends where its rows exceed this
 * @param heldLists lists of which further pages can be asked, the least recently used is dropped
 * @param heldListAge a list that nobody pages through for so long is dropped
 * @param watchers watches at once
 * @param watcherLag revisions that a watcher may be behind before it is ended
 * @param silentRevisions a watcher is told of a revision at least this often, even when nothing it
 *     watches changes
 * @param eventBytes an event ends where its changes exceed this
 * @param waiters WaitFor calls at once
 * @param longestWait of one WaitFor, whatever its client's deadline
 * @param commits Commit calls at once
 * @param connections connections at once; further ones are closed as they are accepted
 * @param callsPerConnection HTTP/2 streams at once in one connection
 * @param calls calls at once of all connections together
 * @param requests calls at once whose request is still on its way
 * @param requestTime a request must be complete so soon after its headers
 * @param handshakeTime a connection must speak HTTP/2 so soon
 * @param keepAlive a connection that is silent for so long is asked for a sign of life
 * @param keepAliveTimeout and closed where none comes in this time
 * @param clientKeepAlive clients may ask for signs of life no more often
 * @param idle a connection without calls is closed after so long
 */
public record ApiLimits(
    int messageBytes,
    int metadataBytes,
    int errorBytes,
    int defaultPageSize,
    int pageSize,
    int pageBytes,
    int heldLists,
    Duration heldListAge,
    int watchers,
    int watcherLag,
    int silentRevisions,
    int eventBytes,
    int waiters,
    Duration longestWait,
    int commits,
    int connections,
    int callsPerConnection,
    int calls,
    int requests,
    Duration requestTime,
    Duration handshakeTime,
    Duration keepAlive,
    Duration keepAliveTimeout,
    Duration clientKeepAlive,
    Duration idle) {

  public static final ApiLimits DEFAULT =
      new ApiLimits(
          4 << 20,
          8 << 10,
          4 << 10,
          100,
          1_000,
          1 << 20,
          64,
          Duration.ofMinutes(5),
          256,
          5_000,
          100,
          1 << 20,
          1_000,
          Duration.ofMinutes(10),
          256,
          512,
          100,
          4_096,
          64,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofMinutes(30));
}
