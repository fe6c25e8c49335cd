package io.heddle.ovsdb.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;

/** Calls back once, when the channel is connected, and steps out of the pipeline. */
final class OnActive extends ChannelInboundHandlerAdapter {
  private final Consumer<Channel> active;

  OnActive(Consumer<Channel> active) {
    this.active = active;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    active.accept(context.channel());
    context.pipeline().remove(this);
    context.fireChannelActive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
