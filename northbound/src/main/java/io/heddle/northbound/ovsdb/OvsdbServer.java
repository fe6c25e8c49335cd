package io.heddle.northbound.ovsdb;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.WriteBufferWaterMark;
import io.grpc.netty.shaded.io.netty.handler.timeout.IdleStateHandler;
import io.heddle.model.Membership;
import io.heddle.model.Store;
import io.heddle.northbound.CannotListenException;
import io.heddle.northbound.access.Door;
import io.heddle.northbound.tcp.Tcp;
import io.heddle.tls.Tls;
import java.net.InetSocketAddress;
import java.time.Duration;
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

  /** So often those who monitor {@code _Server} are told how far this member is. */
  private static final Duration INDEX = Duration.ofMillis(500);

  private final OvsdbLimits limits;
  private final Optional<Tls> tls;
  private final Door door;
  private final Session.Server server;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong incoming = new AtomicLong();
  private final List<Database.Listening> listening = new ArrayList<>();
  private final Tcp tcp = new Tcp(THREADS, "ovsdb-io");
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
    tcp.every(INDEX, self::look);
    tcp.every(SharedContents.UNUSED, server.contents()::sweep);
    for (var database : all) {
      listening.add(
          database.listen(commit -> sessions.forEach(session -> session.signal(database, commit))));
    }
  }

  private Channel listen(InetSocketAddress address) throws CannotListenException {
    var bound = tcp.listen(address, this::accept).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      tcp.close();
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
    channel
        .config()
        .setWriteBufferWaterMark(
            new WriteBufferWaterMark(limits.outgoingBytes() / 2, limits.outgoingBytes()));
    tls.ifPresent(t -> channel.pipeline().addLast(Tcp.encryption(t.accepting())));
    long probe = limits.probe().toMillis();
    channel
        .pipeline()
        .addLast(
            new IdleStateHandler(true, 0, 0, probe, TimeUnit.MILLISECONDS),
            new RequestDecoder(limits, incoming),
            new Connection(channel, door, server, sessions));
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
    tcp.close().awaitUninterruptibly();
  }
}
