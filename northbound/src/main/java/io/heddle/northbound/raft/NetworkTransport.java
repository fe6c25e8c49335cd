package io.heddle.northbound.raft;

import io.atomix.cluster.messaging.MessagingService;
import io.atomix.utils.net.Address;
import io.heddle.tls.Peer;
import io.heddle.tls.Tls;
import io.heddle.tls.TlsFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport between members, over TLS where the members have certificates. The library's own
 * asks only whether some authority vouches for the other end, which it does for every host too, and
 * reads its certificates once; here both ends must have a member's name, and new certificates count
 * for new connections. One thread serves all connections: it only moves bytes, and each further one
 * would be woken for each commit.
 */
final class NetworkTransport extends MemberTransport {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkTransport.class);
  private static final int THREADS = 1;
  private static final int CONNECT_MILLIS = 1_000;
  private static final int CLOSING_SECONDS = 3;

  /** Members ask each other with each heartbeat; who has not for so many silences is cut off. */
  private static final int UNASKED = 10;

  private final InetSocketAddress listen;
  private final Optional<Tls> tls;
  private final Set<String> members;
  private final Duration silence;
  private final NioEventLoopGroup threads =
      new NioEventLoopGroup(THREADS, new DefaultThreadFactory("heddle-members-io", true));
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Map<Address, CompletableFuture<MemberLine>> lines = new ConcurrentHashMap<>();
  private volatile boolean running;

  /**
   * @param address where the others reach this member
   * @param tls empty where whoever connects is believed
   * @param members the names of all of them
   * @param silence for so long one is asked in vain on the same connection
   */
  NetworkTransport(
      Address address,
      InetSocketAddress listen,
      Optional<Tls> tls,
      Set<String> members,
      Duration silence) {
    super(address);
    this.listen = listen;
    this.tls = tls;
    this.members = Set.copyOf(members);
    this.silence = silence;
  }

  @Override
  public CompletableFuture<MessagingService> start() {
    var started = new CompletableFuture<MessagingService>();
    new ServerBootstrap()
        .group(threads)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childHandler(
            initializer(
                channel -> {
                  long unasked = silence.multipliedBy(UNASKED).toMillis();
                  channel
                      .pipeline()
                      .addLast(new ReadTimeoutHandler(unasked, TimeUnit.MILLISECONDS));
                  open(channel, tls.map(Tls::accepting), new CompletableFuture<>());
                }))
        .bind(listen)
        .addListener(
            bound -> {
              if (bound.isSuccess()) {
                channels.add(((ChannelFuture) bound).channel());
                running = true;
                started.complete(this);
              } else {
                started.completeExceptionally(bound.cause());
              }
            });
    return started;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private ChannelInitializer<Channel> initializer(Consumer<Channel> made) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channels.add(channel);
        made.accept(channel);
      }
    };
  }

  /**
   * @param engine of TLS
   * @param opened once the other end may speak
   */
  private void open(
      Channel channel, Optional<SSLEngine> engine, CompletableFuture<MemberLine> opened) {
    var line = new MemberLine(this, silence);
    var handler = engine.map(SslHandler::new);
    handler.ifPresent(channel.pipeline()::addLast);
    line.joinTo(channel.pipeline());
    if (handler.isPresent()) {
      shakeHands(channel, handler.get(), line, opened);
    } else {
      line.admit();
    }
  }

  private void shakeHands(
      Channel channel, SslHandler handler, MemberLine line, CompletableFuture<MemberLine> opened) {
    handler.setHandshakeTimeoutMillis(Tls.HANDSHAKE.toMillis());
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              var peer = Peer.of(handler.engine().getSession()).orElse(Peer.NOBODY);
              if (done.isSuccess() && members.stream().anyMatch(peer::is)) {
                line.admit();
                opened.complete(line);
                return;
              }
              var why =
                  done.isSuccess()
                      ? "its certificate is that of " + peer + ", no member of " + members
                      : TlsFailure.words(done.cause());
              if (done.isSuccess()) {
                LOG.warn("{} is not spoken with: {}", channel.remoteAddress(), why);
              }
              opened.completeExceptionally(new ConnectException(why));
              channel.close();
            });
  }

  @Override
  CompletableFuture<byte[]> call(Address to, String type, byte[] payload, Duration patience) {
    if (!running) {
      return CompletableFuture.failedFuture(new ConnectException("the transport is closed"));
    }
    if (to.equals(address())) {
      return answer(to, type, payload)
          .orElseGet(
              () -> CompletableFuture.failedFuture(new ConnectException("nobody takes " + type)));
    }
    var line = line(to);
    if (line.isDone()) {
      return line.thenCompose(l -> l.call(address(), type, payload, patience));
    }
    return line.thenCompose(l -> l.call(address(), type, payload, patience))
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletableFuture<MemberLine> line(Address to) {
    var made = new CompletableFuture<MemberLine>();
    var there = lines.putIfAbsent(to, made);
    if (there != null) {
      return there;
    }
    made.whenComplete(
        (line, failure) -> {
          if (failure != null) {
            lines.remove(to, made);
          }
        });
    connect(to, made);
    return made;
  }

  private void connect(Address to, CompletableFuture<MemberLine> connected) {
    new Bootstrap()
        .group(threads)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .handler(
            initializer(
                channel -> {
                  channel.closeFuture().addListener(closed -> lines.remove(to, connected));
                  open(channel, tls.map(t -> t.calling(to.host(), to.port())), connected);
                }))
        .connect(to.host(), to.port())
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                connected.completeExceptionally(unconnected(done.cause()));
              } else if (tls.isEmpty()) {
                var channel = ((ChannelFuture) done).channel();
                connected.complete(channel.pipeline().get(MemberLine.class));
              }
            });
  }

  /** Nobody is there where the connection is refused; else it may be the network. */
  private static Exception unconnected(Throwable cause) {
    return cause instanceof ConnectTimeoutException || cause instanceof NoRouteToHostException
        ? new TimeoutException(cause.getMessage())
        : new ConnectException(cause.getMessage());
  }

  @Override
  public CompletableFuture<Void> stop() {
    running = false;
    channels.close();
    var stopped = new CompletableFuture<Void>();
    threads
        .shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS)
        .addListener(done -> stopped.complete(null));
    return stopped;
  }
}
