package io.heddle.ovsdb.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The sockets: listens for hosts and connects to hosts. Carries as many connections as it is
 * allowed and closes what comes beyond.
 */
public final class OvsdbTransport implements AutoCloseable {
  /** Threads that read and write; what was read is worked on elsewhere. */
  private static final int THREADS = 2;

  /** Bytes that may wait to be sent before the host must read some of them. */
  private static final int BACKLOG = 128;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final int maxMessageBytes;
  private final Supplier<Executor> executors;
  private final NioEventLoopGroup loops =
      new NioEventLoopGroup(THREADS, new DefaultThreadFactory("heddle-ovsdb-io", true));
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  /**
   * @param executors gives each connection an executor of its own that runs one task at a time
   */
  public OvsdbTransport(int maxMessageBytes, Supplier<Executor> executors) {
    this.maxMessageBytes = maxMessageBytes;
    this.executors = executors;
  }

  /**
   * Accepts connections from now on.
   *
   * @param admitted whether a peer may connect; told before anything is allocated for it
   * @return the address that is listened on, its port real where 0 was asked for
   * @throws IOException where the address cannot be had
   */
  public InetSocketAddress listen(
      InetSocketAddress address,
      Predicate<InetSocketAddress> admitted,
      Consumer<OvsdbConnection> accepted)
      throws IOException {
    var bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childHandler(
                initializer(
                    channel -> {
                      if (admitted.test((InetSocketAddress) channel.remoteAddress())) {
                        accepted.accept(open(channel));
                      } else {
                        channel.close();
                      }
                    }))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(bound.cause().getMessage(), bound.cause());
    }
    channels.add(bound.channel());
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /** Connects to a host; fails with an {@link IOException} where it cannot be reached in time. */
  public CompletableFuture<OvsdbConnection> connect(InetSocketAddress host, Duration timeout) {
    var connection = new CompletableFuture<OvsdbConnection>();
    new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
        .handler(initializer(channel -> connection.complete(open(channel))))
        .connect(host)
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                connection.completeExceptionally(done.cause());
              }
            });
    return connection;
  }

  /** The channel's address is known, and with it the connection, only once it is active. */
  private ChannelHandler initializer(Consumer<Channel> active) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        channel.pipeline().addLast(new OnActive(active));
      }
    };
  }

  private OvsdbConnection open(Channel channel) {
    channels.add(channel);
    channel
        .pipeline()
        .addLast(
            new JsonMessageDecoder(maxMessageBytes), new StringEncoder(StandardCharsets.UTF_8));
    return new OvsdbConnection(channel, executors.get());
  }

  /** Closes every socket; takes back the threads. */
  @Override
  public void close() {
    channels.close().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
    loops
        .shutdownGracefully(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
  }
}
