package io.heddle.northbound.grpc;

import static io.heddle.northbound.grpc.Served.aSwitch;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.Context;
import io.heddle.model.Edit;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchEvent.Type;
import io.heddle.v1.api.WatchRequest;
import java.nio.file.Path;
import java.util.Iterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients may rely on when the controller starts again on the same data. */
class RestartTest {
  private final Context.CancellableContext context = Context.current().withCancellation();

  @TempDir private Path folder;

  @AfterEach
  void cancel() {
    context.cancel(null);
  }

  private Iterator<WatchEvent> watch(Served served, long from) throws Exception {
    var request = WatchRequest.newBuilder().setFromRevision(from).build();
    return context.call(() -> served.api().watch(request));
  }

  @Test
  void receiptsAreRememberedAndWatchesResume() throws Exception {
    var transaction = Edit.transaction(aSwitch("s1")).toBuilder().setRequestId("r1").build();
    var settings = StoreSettings.alone(folder);
    var store = RaftStore.open(settings);
    var first = new Served(store);
    var receipt = first.commit(transaction);
    first.commit(aSwitch("s2"));
    first.close();
    store.close();

    try (var again = RaftStore.open(settings);
        var second = new Served(again)) {
      assertEquals(receipt, second.commit(transaction), "the retry of a commit");
      assertEquals(2, again.snapshot().revision());

      var upToDate = watch(second, 2);
      assertEquals(Type.CHANGES, upToDate.next().getType());
      var behind = watch(second, 1);
      assertEquals(1, behind.next().getRevision());
      var missed = behind.next();
      assertEquals(Type.CHANGES, missed.getType(), "changes from before the restart are known");
      assertEquals(2, missed.getRevision());
      assertEquals(1, missed.getChangesCount());

      second.commit(aSwitch("s3"));
      assertEquals(3, upToDate.next().getRevision());
      assertEquals(3, behind.next().getRevision());
    }
  }
}
