package io.heddle.northbound.grpc;

import static io.heddle.northbound.grpc.Served.aSwitch;
import static io.heddle.northbound.grpc.Served.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.northbound.CannotListenException;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.Stage;
import io.heddle.v1.api.WaitForRequest;
import io.heddle.v1.api.WaitForResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WaitFor over a real socket. */
class WaitForTest {
  private static final UUID CHASSIS = new UUID(1, 1);
  private Served served;

  @BeforeEach
  void serve() throws CannotListenException {
    served = new Served();
  }

  @AfterEach
  void close() {
    served.close();
  }

  private static WaitForRequest request(long revision, Stage stage) {
    return WaitForRequest.newBuilder().setRevision(revision).setStage(stage).build();
  }

  private ListenableFuture<WaitForResponse> waitFor(long revision, Stage stage) {
    return NorthboundGrpc.newFutureStub(served.channel).waitFor(request(revision, stage));
  }

  private static void answered(ListenableFuture<WaitForResponse> call) throws Exception {
    call.get(20, TimeUnit.SECONDS);
  }

  private StatusRuntimeException refused(Code code, Served at, WaitForRequest request) {
    var refused = assertThrows(StatusRuntimeException.class, () -> at.api().waitFor(request));
    assertEquals(code, refused.getStatus().getCode(), refused.toString());
    return refused;
  }

  private void waiting(int count) throws InterruptedException {
    eventually(count + " waiting", () -> served.server.waiting() == count);
  }

  @Test
  void aRevisionToComeIsAwaited() throws Exception {
    var second = waitFor(2, Stage.COMMITTED);
    var first = waitFor(1, Stage.COMMITTED);
    waiting(2);
    served.commit(aSwitch("s1"));
    answered(first);
    assertFalse(second.isDone());
    served.commit(aSwitch("s2"));
    answered(second);
    answered(waitFor(1, Stage.COMMITTED));
    waiting(0);
  }

  @Test
  void compilingAndInstallingAreAwaitedAfterCommitting() throws Exception {
    served.progress.connected(CHASSIS);
    var compiled = waitFor(1, Stage.COMPILED);
    var installed = waitFor(1, Stage.INSTALLED);
    waiting(2);
    served.commit(aSwitch("s1"));
    eventually("both wait for the compiler", () -> served.progress.waiting() == 2);
    served.progress.compiled(1);
    answered(compiled);
    assertFalse(installed.isDone());
    served.progress.installed(CHASSIS, 1);
    answered(installed);
  }

  @Test
  void whoGivesUpLeavesNothingBehind() throws Exception {
    served.commit(aSwitch("s1"));
    var calls =
        new ListenableFuture<?>[] {
          waitFor(1, Stage.COMPILED), waitFor(1, Stage.INSTALLED), waitFor(9, Stage.COMMITTED)
        };
    waiting(3);
    for (var call : calls) {
      call.cancel(true);
    }
    waiting(0);
    assertEquals(0, served.progress.waiting());
  }

  @Test
  void theClientsDeadlineEndsTheWait() throws Exception {
    served.commit(aSwitch("s1"));
    var refused =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                NorthboundGrpc.newBlockingStub(served.channel)
                    .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                    .waitFor(request(1, Stage.INSTALLED)));
    assertEquals(Code.DEADLINE_EXCEEDED, refused.getStatus().getCode());
    waiting(0);
    assertEquals(0, served.progress.waiting());
  }

  @Test
  void noWaitIsLongerThanTheLimit() throws Exception {
    try (var brief = new Served(Limited.by("longestWait", Duration.ofMillis(100)), 10)) {
      var refused = refused(Code.DEADLINE_EXCEEDED, brief, request(1, Stage.COMMITTED));
      assertTrue(refused.getStatus().getDescription().contains("longest_wait"), refused.toString());
      eventually("nobody waits", () -> brief.server.waiting() == 0);
    }
  }

  @Test
  void waitersAreBounded() throws Exception {
    try (var few = new Served(Limited.by("waiters", 1), 10)) {
      NorthboundGrpc.newFutureStub(few.channel).waitFor(request(1, Stage.COMMITTED));
      eventually("one waits", () -> few.server.waiting() == 1);
      var refused = refused(Code.RESOURCE_EXHAUSTED, few, request(2, Stage.COMMITTED));
      assertEquals("waiters", Served.info(refused).getMetadataOrThrow("limit"));
    }
  }

  @Test
  void anUnknownStageIsInvalid() {
    refused(
        Code.INVALID_ARGUMENT,
        served,
        WaitForRequest.newBuilder().setRevision(1).setStageValue(77).build());
  }
}
