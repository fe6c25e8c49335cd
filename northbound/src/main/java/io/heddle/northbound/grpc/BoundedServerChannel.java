package io.heddle.northbound.grpc;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket that closes the connections it accepts beyond a limit. gRPC itself bounds only
 * what happens within a connection.
 */
final class BoundedServerChannel extends NioServerSocketChannel {
  private static final Logger LOG = LoggerFactory.getLogger(BoundedServerChannel.class);

  private final int limit;
  private final AtomicInteger open = new AtomicInteger();

  BoundedServerChannel(int limit) {
    this.limit = limit;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int before = accepted.size();
    int result = super.doReadMessages(accepted);
    for (int i = accepted.size() - 1; i >= before; i--) {
      var connection = (Channel) accepted.get(i);
      if (open.incrementAndGet() > limit) {
        open.decrementAndGet();
        accepted.remove(i);
        connection.unsafe().closeForcibly();
        LOG.warn("Closed a gRPC connection: the limit connections of {} is reached", limit);
      } else {
        connection.closeFuture().addListener(closed -> open.decrementAndGet());
      }
    }
    // Not 0 even if none is left: the caller would take it for an empty accept queue.
    return result;
  }
}
