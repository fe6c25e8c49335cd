package io.heddle.northbound.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds how many calls there are at once, and how many whose request is still on its way: only
 * those make the server hold half a message. A request that does not arrive in time loses its
 * place.
 */
final class CallGate implements ServerInterceptor {
  private final ApiLimits limits;
  private final ScheduledExecutorService timer;
  private final Semaphore calls;
  private final Semaphore requests;

  CallGate(ApiLimits limits, ScheduledExecutorService timer) {
    this.limits = limits;
    this.timer = timer;
    this.calls = new Semaphore(limits.calls());
    this.requests = new Semaphore(limits.requests());
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!calls.tryAcquire()) {
      return refuse(call, "calls", limits.calls());
    }
    if (!requests.tryAcquire()) {
      calls.release();
      return refuse(call, "requests", limits.requests());
    }
    var admitted = new Admitted<Q>(next.startCall(call, headers), call);
    admitted.timeOut();
    return admitted;
  }

  private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, String limit, int value) {
    call.close(
        Status.RESOURCE_EXHAUSTED.withDescription(
            "the limit " + limit + " of " + value + " is reached"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private final class Admitted<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private final AtomicBoolean arriving = new AtomicBoolean(true);
    private final AtomicBoolean running = new AtomicBoolean(true);
    private volatile boolean refused;
    private volatile Future<?> timeout;

    Admitted(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    void timeOut() {
      timeout =
          timer.schedule(this::giveUp, limits.requestTime().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void giveUp() {
      if (arrived()) {
        refused = true;
        call.close(
            Status.DEADLINE_EXCEEDED.withDescription(
                "the request did not arrive within the limit request_time of "
                    + limits.requestTime()),
            new Metadata());
      }
    }

    /** True for the one who ends the arriving. */
    private boolean arrived() {
      boolean mine = arriving.compareAndSet(true, false);
      if (mine) {
        requests.release();
      }
      return mine;
    }

    private void received() {
      if (arrived()) {
        timeout.cancel(false);
      }
    }

    private void finished() {
      received();
      if (running.compareAndSet(true, false)) {
        calls.release();
      }
    }

    @Override
    public void onMessage(Q message) {
      received();
      if (!refused) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      received();
      if (!refused) {
        super.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      finished();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      finished();
      super.onComplete();
    }
  }
}
