package io.heddle.northbound.raft;

import io.atomix.cluster.messaging.MessagingService;
import io.atomix.utils.net.Address;
import io.heddle.tls.Peer;
import io.heddle.tls.Tls;
import io.heddle.tls.TlsFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport between members over TLS. The library's own asks only whether some authority
 * vouches for the other end, which it does for every host too, and reads its certificates once;
 * here both ends must have a member's name, and new certificates count for new connections.
 */
final class EncryptedTransport extends MemberTransport {
  private static final Logger LOG = LoggerFactory.getLogger(EncryptedTransport.class);
  private static final int THREADS = 2;
  private static final int CONNECT_MILLIS = 1_000;
  private static final int CLOSING_SECONDS = 3;

  private final InetSocketAddress listen;
  private final Tls tls;
  private final Set<String> members;
  private final NioEventLoopGroup threads =
      new NioEventLoopGroup(THREADS, new DefaultThreadFactory("heddle-members-io", true));
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Map<Address, CompletableFuture<MemberLine>> lines = new ConcurrentHashMap<>();
  private volatile boolean running;

  /**
   * @param address where the others reach this member
   * @param members the names of all of them
   */
  EncryptedTransport(Address address, InetSocketAddress listen, Tls tls, Set<String> members) {
    super(address);
    this.listen = listen;
    this.tls = tls;
    this.members = Set.copyOf(members);
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
                  var handler = new SslHandler(tls.accepting());
                  shakeHands(channel, handler, new MemberLine(this), new CompletableFuture<>());
                }))
        .bind(listen)
        .addListener(
            bound -> {
              if (bound.isSuccess()) {
                channels.add(((io.netty.channel.ChannelFuture) bound).channel());
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

  private void shakeHands(
      Channel channel,
      SslHandler handler,
      MemberLine line,
      CompletableFuture<MemberLine> connected) {
    handler.setHandshakeTimeoutMillis(Tls.HANDSHAKE.toMillis());
    channel.pipeline().addLast(handler);
    line.joinTo(channel.pipeline());
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              var peer = Peer.of(handler.engine().getSession()).orElse(Peer.NOBODY);
              if (done.isSuccess() && members.stream().anyMatch(peer::is)) {
                line.admit();
                connected.complete(line);
                return;
              }
              var why =
                  done.isSuccess()
                      ? "its certificate is that of " + peer + ", no member of " + members
                      : TlsFailure.words(done.cause());
              if (done.isSuccess()) {
                LOG.warn("{} is not spoken with: {}", channel.remoteAddress(), why);
              }
              connected.completeExceptionally(new ConnectException(why));
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
    return line(to)
        .thenCompose(line -> line.call(address(), type, payload, patience))
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
                  var handler = new SslHandler(tls.calling(to.host(), to.port()));
                  shakeHands(channel, handler, new MemberLine(this), connected);
                }))
        .connect(to.host(), to.port())
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                connected.completeExceptionally(new ConnectException(done.cause().getMessage()));
              }
            });
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
