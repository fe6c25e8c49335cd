package io.heddle.northbound.raft;

import io.atomix.cluster.messaging.MessagingException;
import io.atomix.utils.net.Address;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection between members. Whoever made it asks, the other answers. A frame is its length (4
 * bytes), its kind (1 byte), the question's number (8 bytes) and a body; a question's body is the
 * asker's host, its port (4 bytes), the type and the payload, texts being UTF-8 after their length
 * (2 bytes).
 */
final class MemberLine extends SimpleChannelInboundHandler<ByteBuf> {
  private static final Logger LOG = LoggerFactory.getLogger(MemberLine.class);

  /** Far more than the log's largest entry, or a piece of a snapshot. */
  static final int FRAME_BYTES = 64 << 20;

  private static final int LENGTH = 4;
  private static final byte QUESTION = 1;
  private static final byte ANSWER = 2;
  private static final byte NOBODY_ANSWERS = 3;
  private static final byte FAILED = 4;

  /** How late may be noticed that an answer is late. */
  private static final int LOOK_MILLIS = 50;

  /**
   * @param deadline as {@link System#nanoTime}
   */
  private record Asked(CompletableFuture<byte[]> answer, String type, long deadline) {}

  private final MemberTransport here;
  private final long silence;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Asked> asked = new ConcurrentHashMap<>();
  private volatile Channel channel;
  private volatile boolean admitted;

  /** Only the channel's thread touches it. */
  private boolean looking;

  /** Since when it is asked in vain, as {@link System#nanoTime}. Only the channel's thread. */
  private OptionalLong vain = OptionalLong.empty();

  /**
   * @param silence after which nothing is expected any longer. A connection that was cut is tried
   *     the more seldom by TCP the longer it was, and would stay silent as long again when the
   *     network is mended; a new one is made at once.
   */
  MemberLine(MemberTransport here, Duration silence) {
    this.here = here;
    this.silence = silence.toNanos();
  }

  void joinTo(ChannelPipeline pipeline) {
    channel = pipeline.channel();
    pipeline.addLast(
        new LengthFieldBasedFrameDecoder(FRAME_BYTES, 0, LENGTH, 0, LENGTH),
        new LengthFieldPrepender(LENGTH),
        this);
  }

  /** The other end is a member. */
  void admit() {
    admitted = true;
  }

  CompletableFuture<byte[]> call(Address from, String type, byte[] payload, Duration patience) {
    long number = numbers.incrementAndGet();
    var answer = new CompletableFuture<byte[]>();
    asked.put(number, new Asked(answer, type, System.nanoTime() + patience.toNanos()));
    var host = from.host().getBytes(StandardCharsets.UTF_8);
    var name = type.getBytes(StandardCharsets.UTF_8);
    var frame = frame(QUESTION, number, 8 + host.length + name.length + payload.length);
    frame.writeShort(host.length).writeBytes(host).writeInt(from.port());
    frame.writeShort(name.length).writeBytes(name).writeBytes(payload);
    channel
        .writeAndFlush(frame)
        .addListener(
            sent -> {
              if (sent.isSuccess()) {
                lookSoon();
              } else {
                fail(number, sent.cause());
              }
            });
    return answer;
  }

  /** Only the channel's thread does this. */
  private void lookSoon() {
    if (!looking) {
      looking = true;
      channel.eventLoop().schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Who waited for too long waits no more, and where nothing came meanwhile for {@link #silence}
   * the line is given up. A timer for each question would cost more than it.
   */
  private void look() {
    looking = false;
    long now = System.nanoTime();
    if (vain.isEmpty() && !asked.isEmpty()) {
      vain = OptionalLong.of(now);
    }
    boolean late = false;
    for (var question : asked.entrySet()) {
      if (now - question.getValue().deadline >= 0) {
        var why = new TimeoutException("no answer to " + question.getValue().type);
        fail(question.getKey(), why);
        late = true;
      }
    }
    if (late && now - vain.getAsLong() >= silence) {
      LOG.debug("{} is silent: its connection is given up", channel.remoteAddress());
      channel.close();
    } else if (!asked.isEmpty()) {
      lookSoon();
    }
  }

  private void fail(long number, Throwable why) {
    var question = asked.remove(number);
    if (question != null) {
      question.answer.completeExceptionally(why);
    }
  }

  private ByteBuf frame(byte kind, long number, int body) {
    return channel.alloc().buffer(9 + body).writeByte(kind).writeLong(number);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
    if (!admitted) {
      context.close();
      return;
    }
    vain = OptionalLong.empty();
    byte kind = frame.readByte();
    long number = frame.readLong();
    if (kind == QUESTION) {
      question(number, frame);
      return;
    }
    switch (kind) {
      case ANSWER -> answered(number, rest(frame));
      case NOBODY_ANSWERS -> fail(number, new MessagingException.NoRemoteHandler());
      default -> fail(number, new MessagingException.RemoteHandlerFailure());
    }
  }

  private void answered(long number, byte[] answer) {
    var question = asked.remove(number);
    if (question != null) {
      question.answer.complete(answer);
    }
  }

  private void question(long number, ByteBuf frame) {
    var from = Address.from(text(frame), frame.readInt());
    var type = text(frame);
    here.answer(from, type, rest(frame))
        .ifPresentOrElse(
            answer ->
                answer.whenComplete(
                    (bytes, failure) -> {
                      if (failure == null) {
                        reply(ANSWER, number, bytes == null ? new byte[0] : bytes);
                      } else {
                        LOG.debug("{} failed", type, failure);
                        reply(FAILED, number, new byte[0]);
                      }
                    }),
            () -> reply(NOBODY_ANSWERS, number, new byte[0]));
  }

  private void reply(byte kind, long number, byte[] payload) {
    channel.writeAndFlush(frame(kind, number, payload.length).writeBytes(payload));
  }

  private static String text(ByteBuf frame) {
    return frame.readCharSequence(frame.readUnsignedShort(), StandardCharsets.UTF_8).toString();
  }

  private static byte[] rest(ByteBuf frame) {
    var bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes);
    return bytes;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    asked.keySet().forEach(number -> fail(number, new ClosedChannelException()));
  }

  /** What went wrong in the handshake was told. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("the connection with {} ends", channel.remoteAddress(), cause);
    context.close();
  }
}
