package io.heddle.model;

import io.heddle.v1.Receipt;
import io.vavr.collection.Queue;
import java.util.Optional;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentMap;

/**
 * The receipts of requests that may come again, the oldest first. Bounded in number and in the rows
 * they name, since a single one may name thousands.
 */
record Receipts(PersistentMap<String, Receipt> byRequest, Queue<String> requests, long rows) {
  static final Receipts NONE = new Receipts(ExtensionsKt.persistentHashMapOf(), Queue.empty(), 0);

  Optional<Receipt> of(String request) {
    return Optional.ofNullable(byRequest.get(request));
  }

  /** With the receipt of a new request, and without the oldest ones where there are too many. */
  Receipts with(String request, Receipt receipt) {
    var kept =
        new Receipts(
            byRequest.putting(request, receipt),
            requests.enqueue(request),
            rows + receipt.getRowsCount());
    while (kept.exceeds()) {
      kept = kept.withoutOldest();
    }
    return kept;
  }

  private boolean exceeds() {
    return requests.size() > 1
        && (byRequest.size() > Limits.REMEMBERED_REQUESTS || rows > Limits.REMEMBERED_ROWS);
  }

  private Receipts withoutOldest() {
    var oldest = requests.head();
    var receipt = byRequest.get(oldest);
    return new Receipts(byRequest.removing(oldest), requests.tail(), rows - receipt.getRowsCount());
  }
}
