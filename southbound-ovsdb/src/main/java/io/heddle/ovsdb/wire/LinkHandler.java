package io.heddle.ovsdb.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Stands between the decoder and the library's endpoint: answers echo requests, lets through only
 * what the endpoint can take, remembers when the host was last heard, and stops reading while what
 * was read waits to be worked on or the host does not read what it is sent.
 */
final class LinkHandler extends ChannelInboundHandlerAdapter {
  /** Messages of one host that may wait to be worked on. */
  static final int MAX_WAITING = 64;

  /** Characters of an error that are kept. */
  static final int ERROR_LENGTH = 200;

  private final Channel channel;
  private final Consumer<Ending> closed;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile long heardNanos = System.nanoTime();

  LinkHandler(Channel channel, Consumer<Ending> closed) {
    this.channel = channel;
    this.closed = closed;
  }

  /** Counts each arriving byte as a sign of life; a large message may take long to be complete. */
  ChannelInboundHandlerAdapter ear() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (bytes instanceof ByteBuf) {
          heardNanos = System.nanoTime();
        }
        context.fireChannelRead(bytes);
      }
    };
  }

  /** Ends the connection on whatever goes wrong in the handlers before it. */
  ChannelInboundHandlerAdapter fuse() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(cause);
      }
    };
  }

  /** While Heddle itself does not keep up, a host's silence says nothing about the host. */
  long heardNanos() {
    return waiting.get() < MAX_WAITING ? heardNanos : System.nanoTime();
  }

  /** One more message waits. */
  void taken() {
    waiting.incrementAndGet();
    steer();
  }

  /** One message less waits. */
  void worked() {
    waiting.decrementAndGet();
    steer();
  }

  private void steer() {
    channel.config().setAutoRead(waiting.get() < MAX_WAITING && channel.isWritable());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var json = (JsonNode) message;
    var method = json.path("method").asText();
    if (json.hasNonNull("method")) {
      if (method.equals("echo")) {
        answerEcho(json);
      } else if (method.equals("update")) {
        context.fireChannelRead(json);
      }
    } else if (json.has("id") && json.has("result")) {
      context.fireChannelRead(bounded((ObjectNode) json));
    } else {
      fail(new MalformedMessageException("a message is neither request nor reply"));
    }
  }

  private void answerEcho(JsonNode request) {
    var reply = JsonNodeFactory.instance.objectNode();
    reply.set("result", request.path("params"));
    reply.putNull("error");
    reply.set("id", request.path("id"));
    channel.writeAndFlush(reply.toString());
  }

  /** The endpoint logs errors whole, however long. */
  private static ObjectNode bounded(ObjectNode reply) {
    if (reply.hasNonNull("error")) {
      var error = reply.get("error").toString();
      reply.put("error", error.substring(0, Math.min(error.length(), ERROR_LENGTH)));
    }
    return reply;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    steer();
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    closed.accept(Ending.of("the host closed it"));
    context.fireChannelInactive();
  }

  /** A connection that breaks is nobody's fault; one on which nonsense comes is the host's. */
  private void fail(Throwable cause) {
    Throwable root = cause;
    while (!(root instanceof MalformedMessageException) && root.getCause() != null) {
      root = root.getCause();
    }
    var why = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    why = why.substring(0, Math.min(why.length(), ERROR_LENGTH));
    closed.accept(root instanceof IOException ? Ending.of(why) : Ending.fault(why));
    channel.close();
  }
}
