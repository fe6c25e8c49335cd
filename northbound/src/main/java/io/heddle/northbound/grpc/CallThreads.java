package io.heddle.northbound.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.heddle.v1.api.NorthboundGrpc;
import java.util.concurrent.Executor;

/**
 * Where calls are answered: by threads of their own, but for commits, which only hand on what they
 * brought. For a small one the way to another thread and back takes as long as all else of it here.
 */
final class CallThreads implements ServerCallExecutorSupplier {
  /**
   * A commit of more bytes takes too long to look through for the thread that reads from its
   * connection, and from others.
   */
  static final int SMALL_COMMIT_BYTES = 1 << 16;

  private static final String COMMIT = NorthboundGrpc.getCommitMethod().getFullMethodName();

  private final Executor threads;

  CallThreads(Executor threads) {
    this.threads = threads;
  }

  @Override
  public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
    return call.getMethodDescriptor().getFullMethodName().equals(COMMIT) ? Runnable::run : threads;
  }

  /** Looks through a commit of so many bytes, at once or soon. */
  void commit(int bytes, Runnable look) {
    if (bytes <= SMALL_COMMIT_BYTES) {
      look.run();
    } else {
      threads.execute(look);
    }
  }
}
