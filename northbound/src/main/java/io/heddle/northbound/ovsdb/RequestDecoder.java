package io.heddle.northbound.ovsdb;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.CorruptedFrameException;
import io.grpc.netty.shaded.io.netty.handler.codec.TooLongFrameException;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Cuts what arrives into JSON objects and arrays, of which no incomplete one is large, old, or one
 * of too many.
 */
final class RequestDecoder extends ByteToMessageDecoder {
  private final OvsdbLimits limits;
  private final AtomicLong incoming;
  private int held;
  private long begun;
  private ScheduledFuture<?> deadline;

  /** Bytes of the incomplete value that were looked at, and what they leave open. */
  private int seen;

  private int depth;
  private boolean inText;
  private boolean escaped;

  /**
   * @param incoming bytes that all decoders hold
   */
  RequestDecoder(OvsdbLimits limits, AtomicLong incoming) {
    this.limits = limits;
    this.incoming = incoming;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    long period = limits.requestTime().toMillis() / 4 + 1;
    deadline =
        context
            .executor()
            .scheduleWithFixedDelay(() -> check(context), period, period, TimeUnit.MILLISECONDS);
  }

  private void check(ChannelHandlerContext context) {
    if (held > 0 && System.nanoTime() - begun > limits.requestTime().toNanos()) {
      context.fireExceptionCaught(
          new TimeoutException("the limit requestTime of " + limits.requestTime()));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    int before = held;
    super.channelRead(context, message);
    int after = actualReadableBytes();
    if (after < before || before == 0) {
      begun = System.nanoTime();
    }
    hold(after);
    if (incoming.get() > limits.incomingBytes() && after > 0) {
      context.fireExceptionCaught(
          new TooLongFrameException("the limit incomingBytes of " + limits.incomingBytes()));
    }
  }

  private void hold(int bytes) {
    incoming.addAndGet(bytes - held);
    held = bytes;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (seen == 0) {
      skipSpace(in);
    }
    int start = in.readerIndex();
    for (int i = start + seen; i < in.writerIndex(); i++) {
      take(in.getByte(i));
      if (i - start >= limits.requestBytes()) {
        throw new TooLongFrameException("the limit requestBytes of " + limits.requestBytes());
      } else if (depth == 0) {
        seen = 0;
        out.add(in.readRetainedSlice(i + 1 - start));
        return;
      }
    }
    seen = in.readableBytes();
  }

  private static void skipSpace(ByteBuf in) {
    while (in.isReadable() && " \t\r\n".indexOf(in.getByte(in.readerIndex())) >= 0) {
      in.skipBytes(1);
    }
  }

  private void take(byte next) {
    if (inText) {
      inText = escaped || next != '"';
      escaped = !escaped && next == '\\';
    } else if (next == '{' || next == '[') {
      depth++;
    } else if (depth == 0) {
      throw new CorruptedFrameException("neither an object nor an array");
    } else if (next == '}' || next == ']') {
      depth--;
    } else {
      inText = next == '"';
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    hold(0);
    deadline.cancel(false);
  }
}
