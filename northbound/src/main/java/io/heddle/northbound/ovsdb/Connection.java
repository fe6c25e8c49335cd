package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.MalformedJsonException;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufInputStream;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.DecoderException;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.handler.timeout.IdleStateEvent;
import io.heddle.northbound.access.Credentials;
import io.heddle.northbound.access.Door;
import io.heddle.northbound.access.Visitor;
import io.heddle.tls.Peer;
import io.heddle.tls.TlsFailure;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bytes of one client. */
final class Connection extends SimpleChannelInboundHandler<ByteBuf> implements Session.Client {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** The id of the requests that ask for a sign of life. */
  private static final JsonPrimitive ECHO = new JsonPrimitive("echo");

  private final Channel channel;
  private final Door door;
  private final Set<Session> sessions;
  private final OvsdbLimits limits;
  private final Session session;
  private Optional<Visitor> visitor = Optional.empty();
  private boolean asked;

  /**
   * @param sessions has this one's while it is open
   */
  Connection(Channel channel, Door door, Session.Server server, Set<Session> sessions) {
    this.channel = channel;
    this.door = door;
    this.sessions = sessions;
    this.limits = server.limits();
    this.session = new Session(this, server);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    sessions.add(session);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    sessions.remove(session);
    session.closed();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf request) {
    asked = false;
    if (!channel.isActive()) {
      return;
    }
    var utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try (var text = new InputStreamReader(new ByteBufInputStream(request), utf8)) {
      session.take(Message.of(Json.read(text, limits)));
    } catch (IOException | Message.MalformedException e) {
      close(e instanceof MalformedJsonException ? "no JSON: " + e.getMessage() : e.getMessage());
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    session.advance();
  }

  /** Nothing came and nothing went for a while. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent) {
      if (asked) {
        close("it gave no sign of life for the limit probe of " + limits.probe());
      } else {
        asked = true;
        session.send(Message.request("echo", new JsonArray(), ECHO));
        session.advance();
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof RuntimeException && !isExpected(cause)) {
      LOG.error("A request from {} failed", channel.remoteAddress(), cause);
    }
    close(
        cause.getCause() instanceof SSLException failure
            ? TlsFailure.words(failure)
            : String.valueOf(cause.getMessage()));
  }

  /** What the decoder throws at bytes that are no request. */
  private static boolean isExpected(Throwable cause) {
    return cause instanceof DecoderException;
  }

  /** Whoever sends a request has shown a certificate where they are asked for one. */
  @Override
  public Visitor visitor() {
    if (visitor.isEmpty()) {
      var peer =
          Optional.ofNullable(channel.pipeline().get(SslHandler.class))
              .map(tls -> Peer.of(tls.engine().getSession()).orElse(Peer.NOBODY));
      var shown =
          new Credentials(peer, Optional.empty(), Optional.ofNullable(channel.remoteAddress()));
      visitor = Optional.of(door.visitor(shown));
    }
    return visitor.get();
  }

  @Override
  public boolean isReady() {
    return channel.isActive() && channel.isWritable();
  }

  @Override
  public void send(byte[] bytes) {
    channel.write(Unpooled.wrappedBuffer(bytes), channel.voidPromise());
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public void reading(boolean wanted) {
    if (channel.config().isAutoRead() != wanted) {
      channel.config().setAutoRead(wanted);
    }
  }

  @Override
  public void close(String why) {
    if (channel.isOpen()) {
      LOG.warn("Closed the OVSDB connection from {}: {}", channel.remoteAddress(), why);
      channel.close();
    }
  }

  @Override
  public void execute(Runnable task) {
    channel.eventLoop().execute(task);
  }

  @Override
  public void runAfter(long milliseconds, Runnable task) {
    channel.eventLoop().schedule(task, milliseconds, TimeUnit.MILLISECONDS);
  }
}
