package io.heddle.northbound.tcp;

import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.heddle.tls.Tls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;

/**
 * The connections of one protocol, either way, on threads of their own. Netty is there for gRPC, so
 * that is the one which all use.
 */
public final class Tcp {
  private static final int CLOSING_SECONDS = 3;

  private final EventLoopGroup threads;

  /**
   * @param name what its threads are called
   */
  public Tcp(int threads, String name) {
    this.threads = threads(threads, name);
  }

  /** Plain NIO: native transports would have to be unpacked from within OSGi bundles. */
  public static EventLoopGroup threads(int number, String name) {
    var named = new DefaultThreadFactory(name, true);
    return new MultiThreadIoEventLoopGroup(number, named, NioIoHandler.newFactory());
  }

  /** TLS for a connection; who does not shake hands in time is gone. */
  public static SslHandler encryption(SSLEngine engine) {
    var handler = new SslHandler(engine);
    handler.setHandshakeTimeoutMillis(Tls.HANDSHAKE.toMillis());
    return handler;
  }

  /**
   * Listens at an address.
   *
   * @param accepted is given each connection before anything is read
   */
  public ChannelFuture listen(InetSocketAddress address, Consumer<Channel> accepted) {
    return new ServerBootstrap()
        .group(threads)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childHandler(initializer(accepted))
        .bind(address);
  }

  /**
   * Connects, or has failed to when the patience ends.
   *
   * @param made is given the connection before anything is read
   */
  public ChannelFuture connect(String host, int port, Duration patience, Consumer<Channel> made) {
    return new Bootstrap()
        .group(threads)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) patience.toMillis())
        .handler(initializer(made))
        .connect(host, port);
  }

  private static ChannelInitializer<Channel> initializer(Consumer<Channel> made) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        made.accept(channel);
      }
    };
  }

  /** Runs something on one of its threads again and again, until it is closed. */
  public void every(Duration time, Runnable task) {
    long millis = time.toMillis();
    threads.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Ends its threads, and with them all connections. */
  public Future<?> close() {
    return threads.shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS);
  }
}
