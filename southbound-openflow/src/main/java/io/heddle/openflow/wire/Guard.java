package io.heddle.openflow.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Stands before the library's decoders, which drop what they don't understand and go on: what is
 * not OpenFlow 1.3 ends the line instead.
 */
final class Guard extends ChannelInboundHandlerAdapter {
  private static final int HELLO = 0;
  private static final int OPENFLOW_13 = 4;

  private final Line line;

  Guard(Line line) {
    this.line = line;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object frame) {
    var buffer = (ByteBuf) frame;
    if (sound(buffer)) {
      context.fireChannelRead(frame);
    } else {
      ReferenceCountUtil.release(frame);
      line.fail("it sent bytes that are not OpenFlow 1.3");
    }
  }

  /** A hello may have any version, since it tells the newest that its sender knows. */
  private static boolean sound(ByteBuf frame) {
    if (frame.readableBytes() < Message.HEADER) {
      return false;
    }
    int version = frame.getUnsignedByte(frame.readerIndex());
    int type = frame.getUnsignedByte(frame.readerIndex() + 1);
    return version == OPENFLOW_13 || type == HELLO && version > 0;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    line.close(String.valueOf(cause.getMessage()));
  }
}
