package io.heddle.ovsdb.wire;

import io.heddle.tls.Peer;
import io.heddle.tls.Tls;
import io.heddle.tls.TlsFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The sockets: listens for hosts and connects to hosts. Carries as many connections as it is
 * allowed and closes what comes beyond.
 */
public final class OvsdbTransport implements AutoCloseable {
  /** What becomes of those who come. Nothing here may block. */
  public interface Door {
    /** Whether a peer may connect; asked before anything is allocated for it. */
    boolean admits(InetSocketAddress peer);

    void accepted(OvsdbConnection connection);

    /** The peer did not prove itself, or did not want to speak with us. */
    void failed(InetSocketAddress peer, String why);
  }

  /** Threads that read and write; what was read is worked on elsewhere. */
  private static final int THREADS = 2;

  /** Bytes that may wait to be sent before the host must read some of them. */
  private static final int BACKLOG = 128;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final int maxMessageBytes;
  private final Supplier<Executor> executors;
  private final NioEventLoopGroup loops =
      new NioEventLoopGroup(THREADS, new DefaultThreadFactory("heddle-ovsdb-io", true));
  private final Set<InetSocketAddress> shaking = ConcurrentHashMap.newKeySet();
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
   * @param tls how, or empty for plain TCP
   * @param door who may come in, and who has
   * @return the address that is listened on, its port real where 0 was asked for
   * @throws IOException where the address cannot be had
   */
  public InetSocketAddress listen(InetSocketAddress address, Optional<Tls> tls, Door door)
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
                      if (!door.admits(remote(channel))) {
                        channel.close();
                      } else if (tls.isPresent()) {
                        shakeHands(channel, tls.get(), door);
                      } else {
                        door.accepted(open(channel, Optional.empty()));
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
        .handler(initializer(channel -> connection.complete(open(channel, Optional.empty()))))
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

  private void shakeHands(Channel channel, Tls tls, Door door) {
    channels.add(channel);
    var remote = remote(channel);
    shaking.add(remote);
    channel.closeFuture().addListener(closed -> shaking.remove(remote));
    var handler = new SslHandler(tls.accepting());
    var silence = new Silence();
    handler.setHandshakeTimeoutMillis(Tls.HANDSHAKE.toMillis());
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              shaking.remove(remote);
              if (done.isSuccess()) {
                channel.pipeline().remove(silence);
                var peer = Peer.of(handler.engine().getSession()).orElse(Peer.NOBODY);
                door.accepted(open(channel, Optional.of(peer)));
              } else {
                door.failed(remote, TlsFailure.words(done.cause()));
                channel.close();
              }
            });
    channel.pipeline().addLast(handler, silence);
  }

  /** What a failed handshake throws was told already. */
  private static final class Silence extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /** Whose handshakes are not done. */
  public Set<InetSocketAddress> shaking() {
    return Set.copyOf(shaking);
  }

  private static InetSocketAddress remote(Channel channel) {
    return (InetSocketAddress) channel.remoteAddress();
  }

  private OvsdbConnection open(Channel channel, Optional<Peer> peer) {
    channels.add(channel);
    channel
        .pipeline()
        .addLast(
            new JsonMessageDecoder(maxMessageBytes), new StringEncoder(StandardCharsets.UTF_8));
    return new OvsdbConnection(channel, peer, executors.get());
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
