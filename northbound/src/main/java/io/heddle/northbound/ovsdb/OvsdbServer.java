package io.heddle.northbound.ovsdb;

import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.WriteBufferWaterMark;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.flush.FlushConsolidationHandler;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.handler.timeout.IdleStateHandler;
import io.heddle.model.Membership;
import io.heddle.model.Store;
import io.heddle.northbound.CannotListenException;
import io.heddle.northbound.access.Door;
import io.heddle.tls.Tls;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves databases by the protocol of RFC 7047 and what ovsdb-server adds to it. */
public final class OvsdbServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OvsdbServer.class);
  private static final int THREADS = 2;
  private static final long CLOSE_SECONDS = 3;

  /** At most so many answers that are ready together wait to be sent together. */
  private static final int FLUSHES = 256;

  /** So often those who monitor {@code _Server} are told how far this member is. */
  private static final long INDEX_MILLIS = 500;

  private final OvsdbLimits limits;
  private final Optional<Tls> tls;
  private final Door door;
  private final Session.Server server;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong incoming = new AtomicLong();
  private final List<Database.Listening> listening = new ArrayList<>();
  private final EventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(THREADS, OvsdbServer::thread, NioIoHandler.newFactory());
  private final Channel listener;

  /**
   * Serves the store as OVN's northbound database.
   *
   * @param membership of the store
   * @throws CannotListenException where the address cannot be bound
   */
  public static OvsdbServer of(Store store, Membership membership, OvsdbServerSettings settings)
      throws CannotListenException {
    var database = new StoreDatabase(store, membership, settings.limits());
    try {
      var server = new OvsdbServer(List.of(database), membership, settings);
      server.listening.add(database::close);
      return server;
    } catch (CannotListenException e) {
      database.close();
      throw e;
    }
  }

  /**
   * Serves at once, with {@code _Server} besides.
   *
   * @throws CannotListenException where the address cannot be bound
   */
  OvsdbServer(List<Database> databases, Membership membership, OvsdbServerSettings settings)
      throws CannotListenException {
    this.limits = settings.limits();
    var self = new ServerDatabase(databases, membership, limits);
    var all = new ArrayList<>(databases);
    all.add(self);
    this.tls = settings.tls();
    this.door = new Door("ovsdb", membership.view().self(), settings.access());
    this.server =
        new Session.Server(
            new Databases(UUID.randomUUID(), List.copyOf(all)),
            new Locks<>(),
            new SharedUpdates(limits),
            new SharedContents(limits),
            limits);
    listening.add(self::close);
    try {
      this.listener = listen(settings.address());
    } catch (CannotListenException e) {
      self.close();
      throw e;
    }
    threads.scheduleWithFixedDelay(self::look, INDEX_MILLIS, INDEX_MILLIS, TimeUnit.MILLISECONDS);
    long unused = SharedContents.UNUSED.toMillis();
    threads.scheduleWithFixedDelay(server.contents()::sweep, unused, unused, TimeUnit.MILLISECONDS);
    for (var database : all) {
      listening.add(
          database.listen(commit -> sessions.forEach(session -> session.signal(database, commit))));
    }
  }

  private static Thread thread(Runnable task) {
    var thread = new Thread(task, "ovsdb-io");
    thread.setDaemon(true);
    return thread;
  }

  private Channel listen(InetSocketAddress address) throws CannotListenException {
    var bound =
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(limits.outgoingBytes() / 2, limits.outgoingBytes()))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      threads.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
      throw new CannotListenException("OVSDB", address, bound.cause());
    }
    return bound.channel();
  }

  private void accept(Channel channel) {
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    if (connections.incrementAndGet() > limits.connections()) {
      LOG.warn("Closed an OVSDB connection: the limit connections of {}", limits.connections());
      channel.close();
      return;
    }
    tls.ifPresent(t -> channel.pipeline().addLast(encryption(t)));
    long probe = limits.probe().toMillis();
    channel
        .pipeline()
        .addLast(
            new FlushConsolidationHandler(FLUSHES, true),
            new IdleStateHandler(true, 0, 0, probe, TimeUnit.MILLISECONDS),
            new RequestDecoder(limits, incoming),
            new Connection(channel, door, server, sessions));
  }

  private static SslHandler encryption(Tls tls) {
    var handler = new SslHandler(tls.accepting());
    handler.setHandshakeTimeoutMillis(Tls.HANDSHAKE.toMillis());
    return handler;
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** How many are connected. */
  int connections() {
    return sessions.size();
  }

  @Override
  public void close() {
    listening.forEach(Database.Listening::close);
    listener.close().awaitUninterruptibly();
    threads.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
