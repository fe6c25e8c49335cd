package io.heddle.northbound.grpc;

import com.google.rpc.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.api.ListRequest;
import io.heddle.v1.api.ListResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Lists and their pages. A list of more than one page is held, so that all its pages show one
 * revision; a token says which revision and how far.
 */
final class Lists {
  private record Key(long revision, ListRequest query) {}

  private record Held(List<Row> rows, Instant used) {}

  /** What a page token says. */
  private record Token(long revision, int offset, long query) {
    String text() {
      var plain = revision + "." + offset + "." + query;
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    }

    static Optional<Token> parse(String text) {
      try {
        var plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
        var parts = plain.split("\\.", -1);
        return parts.length == 3
            ? Optional.of(
                new Token(
                    Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2])))
            : Optional.empty();
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  private final Store store;
  private final ApiLimits limits;
  private final Refusals refusals;
  private final InstantSource clock;
  private final Map<Key, Held> held = new LinkedHashMap<>(16, 0.75f, true);

  Lists(Store store, ApiLimits limits, Refusals refusals, InstantSource clock) {
    this.store = store;
    this.limits = limits;
    this.refusals = refusals;
    this.clock = clock;
  }

  /** The first page, at the snapshot's revision. */
  ListResponse first(Snapshot snapshot, ListRequest request) {
    int size = pageSize(request.getPageSize(), limits, refusals);
    var query = query(request);
    var selection = Selection.of(query, refusals);
    return page(new Key(snapshot.revision(), query), selection.of(snapshot), 0, size);
  }

  private static ListRequest query(ListRequest request) {
    return request.toBuilder().clearPageSize().clearPageToken().clearStaleOk().build();
  }

  /** The page that the request's token names. */
  ListResponse page(ListRequest request) {
    int size = pageSize(request.getPageSize(), limits, refusals);
    var query = query(request);
    var selection = Selection.of(query, refusals);
    var token =
        Token.parse(request.getPageToken())
            .filter(t -> t.offset() >= 0)
            .orElseThrow(() -> refusals.invalid("page_token", "is none that this server gave"));
    if (token.query() != checksum(query)) {
      throw refusals.invalid("page_token", "belongs to a list with other filters");
    }
    var key = new Key(token.revision(), query);
    return page(key, rows(key, selection), token.offset(), size);
  }

  /** The page size asked for, or the default. */
  static int pageSize(int asked, ApiLimits limits, Refusals refusals) {
    if (Integer.compareUnsigned(asked, limits.pageSize()) > 0) {
      throw refusals.invalid("page_size", "may be at most " + limits.pageSize());
    }
    return asked == 0 ? Math.min(limits.defaultPageSize(), limits.pageSize()) : asked;
  }

  private ListResponse page(Key key, List<Row> rows, int offset, int size) {
    var response = ListResponse.newBuilder().setRevision(key.revision());
    int bytes = 0;
    int next = Math.min(offset, rows.size());
    while (next < rows.size() && next - offset < size && bytes < limits.pageBytes()) {
      var row = RowMessages.of(rows.get(next));
      bytes += row.getSerializedSize();
      response.addRows(row);
      next++;
    }
    if (next < rows.size()) {
      hold(key, rows);
      response.setNextPageToken(new Token(key.revision(), next, checksum(key.query())).text());
    }
    return response.build();
  }

  private void hold(Key key, List<Row> rows) {
    synchronized (held) {
      held.put(key, new Held(rows, clock.instant()));
      var oldest = held.keySet().iterator();
      while (held.size() > limits.heldLists() && oldest.hasNext()) {
        oldest.next();
        oldest.remove();
      }
    }
  }

  private List<Row> rows(Key key, Selection selection) {
    expire();
    synchronized (held) {
      var list = held.get(key);
      if (list != null) {
        return list.rows();
      }
    }
    var snapshot = store.snapshot();
    if (snapshot.revision() != key.revision()) {
      throw expired(key.revision());
    }
    return selection.of(snapshot);
  }

  private static StatusRuntimeException expired(long revision) {
    return Refusals.withInfo(
        Code.ABORTED,
        "the list at revision " + revision + " is no longer held: list again without page_token",
        "PAGE_TOKEN_EXPIRED",
        Map.of("revision", Long.toString(revision)));
  }

  /** Drops lists that nobody has paged through lately. */
  void expire() {
    var eldest = clock.instant().minus(limits.heldListAge());
    synchronized (held) {
      held.values().removeIf(list -> list.used().isBefore(eldest));
    }
  }

  int held() {
    synchronized (held) {
      return held.size();
    }
  }

  private static long checksum(ListRequest query) {
    var crc = new CRC32C();
    crc.update(query.toByteArray());
    return crc.getValue();
  }
}
