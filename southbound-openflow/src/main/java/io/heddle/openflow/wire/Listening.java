package io.heddle.openflow.wire;

import io.heddle.tls.Tls;
import io.heddle.tls.TlsFailure;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.opendaylight.openflowjava.protocol.api.connection.ConnectionAdapter;
import org.opendaylight.openflowjava.protocol.api.connection.SwitchConnectionHandler;
import org.opendaylight.openflowjava.protocol.api.connection.ThreadConfiguration;
import org.opendaylight.openflowjava.protocol.api.keys.MessageCodeKey;
import org.opendaylight.openflowjava.protocol.api.keys.TypeToClassKey;
import org.opendaylight.openflowjava.protocol.impl.core.PipelineHandlers;
import org.opendaylight.openflowjava.protocol.impl.core.TcpChannelInitializer;
import org.opendaylight.openflowjava.protocol.impl.core.TcpHandler;
import org.opendaylight.openflowjava.protocol.impl.deserialization.DeserializationFactory;
import org.opendaylight.openflowjava.protocol.impl.deserialization.DeserializerRegistryImpl;
import org.opendaylight.openflowjava.protocol.impl.serialization.SerializationFactory;
import org.opendaylight.openflowjava.protocol.impl.serialization.SerializerRegistryImpl;
import org.opendaylight.yangtools.yang.common.Uint8;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open port that switches connect to. All that knows openflowjava and Netty is here. */
public final class Listening implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
  private static final AttributeKey<Line> LINE = AttributeKey.valueOf(Listening.class, "line");
  private static final int SECONDS_TO_BIND = 10;
  private static final int SECONDS_TO_CLOSE = 5;
  private static final int MESSAGE_TYPES = 256;
  private static final int NEWEST_VERSION = 255;

  /** They only move bytes. */
  private static final int IO_THREADS = 2;

  private final TcpHandler server;
  private final FutureTask<Void> running;
  private final DefaultChannelGroup channels =
      new DefaultChannelGroup("openflow", GlobalEventExecutor.INSTANCE);

  /**
   * Opens the port and serves it until closed.
   *
   * @param address port 0 takes any free one
   * @param tls empty for plain TCP
   * @param pool runs the lines' executors
   * @param welcome makes each line's receiver, on the line's executor
   */
  public static Listening open(
      InetSocketAddress address, Optional<Tls> tls, Executor pool, Function<Line, Receiver> welcome)
      throws ListenException {
    var listening = new Listening(address, tls, pool, welcome);
    listening.start(address);
    return listening;
  }

  private Listening(
      InetSocketAddress address,
      Optional<Tls> tls,
      Executor pool,
      Function<Line, Receiver> welcome) {
    server = new TcpHandler(address.getAddress(), address.getPort(), () -> {});
    server.initiateNioEventLoopGroups(new Threads());
    server.setChannelInitializer(new Initializer(channels, tls, pool, welcome));
    running = new FutureTask<>(server, null);
  }

  private void start(InetSocketAddress address) throws ListenException {
    var thread = new Thread(running, "heddle-openflow-listen");
    thread.setDaemon(true);
    thread.start();
    // The library never completes its own future where binding fails: it is the task that ends.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_BIND);
    while (!server.getIsOnlineFuture().isDone()) {
      try {
        running.get(10, TimeUnit.MILLISECONDS);
        throw failed(address, new IllegalStateException("the listener ended"));
      } catch (ExecutionException e) {
        throw failed(address, e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failed(address, e);
      } catch (TimeoutException e) {
        if (System.nanoTime() > deadline) {
          throw failed(address, e);
        }
      }
    }
  }

  private ListenException failed(InetSocketAddress address, Throwable cause) {
    server.shutdown();
    return new ListenException(address, cause);
  }

  /** The port that is open. */
  public int port() {
    return server.getPort();
  }

  /** Closes the port and every line; when it returns the port is free. */
  @Override
  public void close() {
    channels.close();
    server.shutdown();
    try {
      running.get(SECONDS_TO_CLOSE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the OpenFlow port was not closed in order", e);
    }
  }

  private record Threads() implements ThreadConfiguration {
    @Override
    public int getWorkerThreadCount() {
      return IO_THREADS;
    }

    @Override
    public int getBossThreadCount() {
      return 1;
    }
  }

  /** Builds the library's pipeline for a connection, with our line at its end. */
  private static final class Initializer extends TcpChannelInitializer {
    private final Optional<Tls> tls;

    Initializer(
        DefaultChannelGroup channels,
        Optional<Tls> tls,
        Executor pool,
        Function<Line, Receiver> welcome) {
      super(
          channels,
          (channel, address, useBarrier, queueSize) -> {
            var line = new Line(channel, pool, welcome);
            channel.attr(LINE).set(line);
            return line;
          });
      this.tls = tls;
      setSwitchConnectionHandler(new Everybody());
      setSerializationFactory(serialization());
      setDeserializationFactory(deserialization());
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      super.initChannel(channel);
      var line = channel.attr(LINE).get();
      channel.pipeline().addFirst(new Endings(line));
      channel
          .pipeline()
          .addAfter(PipelineHandlers.OF_FRAME_DECODER.name(), "guard", new Guard(line));
      tls.ifPresent(t -> encrypt(channel, t, line));
    }

    /**
     * The library's own way reads key stores anew for each connection, and tells nobody of a
     * handshake that fails. What is sent meanwhile waits; so the time that a switch has to greet
     * covers the handshake too.
     */
    private static void encrypt(SocketChannel channel, Tls tls, Line line) {
      var handler = new SslHandler(tls.accepting());
      handler.setHandshakeTimeoutMillis(Tls.HANDSHAKE.toMillis());
      handler
          .handshakeFuture()
          .addListener(
              done -> {
                if (!done.isSuccess()) {
                  line.fail(TlsFailure.words(done.cause()));
                }
              });
      line.secured(handler);
      channel.pipeline().addFirst(handler);
    }

    private static SerializationFactory serialization() {
      var registry = new SerializerRegistryImpl();
      registry.init();
      return new SerializationFactory(registry);
    }

    private static DeserializationFactory deserialization() {
      var registry = new DeserializerRegistryImpl();
      registry.init();
      var factory = new DeserializationFactory(registry);
      for (int version = 1; version <= NEWEST_VERSION; version++) {
        receive(registry, factory, version, 0);
      }
      for (int type = 1; type < MESSAGE_TYPES; type++) {
        receive(registry, factory, Envelope.OPENFLOW_13.intValue(), type);
      }
      return factory;
    }

    private static void receive(
        DeserializerRegistryImpl registry, DeserializationFactory factory, int version, int type) {
      var number = Uint8.valueOf(version);
      factory.registerMapping(new TypeToClassKey(number, type), Envelope.class);
      registry.registerDeserializer(
          new MessageCodeKey(number, type, Envelope.class), Envelope.deserializer(version));
    }
  }

  private record Everybody() implements SwitchConnectionHandler {
    @Override
    public void onSwitchConnected(ConnectionAdapter connection) {}

    @Override
    public boolean accept(InetAddress address) {
      return true;
    }
  }

  /** A connection that breaks off is an everyday thing; the library logs each at length. */
  private static final class Endings extends ChannelInboundHandlerAdapter {
    private final Line line;

    Endings(Line line) {
      this.line = line;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      line.close(String.valueOf(cause.getMessage()));
    }
  }
}
