package io.heddle.openflow.wire;

import com.google.common.util.concurrent.MoreExecutors;
import io.heddle.tls.Peer;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.opendaylight.openflowjava.protocol.impl.core.connection.ConnectionAdapterImpl;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.system.rev130927.DisconnectEvent;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.system.rev130927.SslConnectionError;
import org.opendaylight.yangtools.yang.binding.DataObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with a switch. Whatever concerns it is done on its {@link #executor}, one thing at
 * a time; none of it may block.
 */
public final class Line extends ConnectionAdapterImpl {
  private static final Logger LOG = LoggerFactory.getLogger(Line.class);

  /** The library's queue is not used, but it wants a size. */
  private static final int OUTBOUND_QUEUE = 1;

  /** Sendings that the kernel has not taken; a switch that asks but never reads ends there. */
  private static final int MOST_UNWRITTEN = 1_024;

  /** Messages received but not looked at yet, at which reading from the switch pauses. */
  private static final int PAUSE_READING = 64;

  private static final int RESUME_READING = 16;

  private final InetSocketAddress remote;
  private final Executor executor;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicInteger unread = new AtomicInteger();
  private final AtomicInteger unwritten = new AtomicInteger();
  private final Function<Line, Receiver> welcome;
  private volatile Ending ending = new Ending("the switch closed it", false);
  private volatile Predicate<Message> diverted = message -> false;
  private volatile Optional<SslHandler> secured = Optional.empty();
  private Receiver receiver;

  Line(Channel channel, Executor pool, Function<Line, Receiver> welcome) {
    super(channel, null, true, OUTBOUND_QUEUE);
    this.remote =
        channel.remoteAddress() instanceof InetSocketAddress address
            ? address
            : InetSocketAddress.createUnresolved("gone", 0);
    this.executor = MoreExecutors.newSequentialExecutor(pool);
    this.welcome = welcome;
  }

  public InetSocketAddress remote() {
    return remote;
  }

  /** The handshake has begun. */
  void secured(SslHandler handler) {
    secured = Optional.of(handler);
  }

  /**
   * As whom the switch proves itself; empty without TLS. Known by the time that the first message
   * has come.
   */
  public Optional<Peer> peer() {
    return secured.map(s -> Peer.of(s.engine().getSession()).orElse(Peer.NOBODY));
  }

  /** Runs tasks in order, one at a time, together with the receiver's calls. */
  public Executor executor() {
    return executor;
  }

  /**
   * Sends whole messages.
   *
   * <p>The library's own queue is passed by: where encoding a queue's first message happens to take
   * longer than it allows itself, it does not flush what it wrote, and since that alone can make
   * the channel unwritable nothing is ever sent again.
   *
   * @param written is run on the executor when the kernel has taken them; never, if the line ends
   */
  public void send(List<Slice> messages, Runnable written) {
    if (unwritten.incrementAndGet() > MOST_UNWRITTEN) {
      fail("it takes no more messages");
      return;
    }
    var buffer = channel.alloc().buffer(messages.stream().mapToInt(Slice::length).sum());
    messages.forEach(s -> buffer.writeBytes(s.bytes(), s.from(), s.length()));
    channel
        .writeAndFlush(buffer)
        .addListener(
            result -> {
              unwritten.decrementAndGet();
              if (result.isSuccess()) {
                executor.execute(guarded(written));
              } else {
                close(String.valueOf(result.cause().getMessage()));
              }
            });
  }

  /**
   * From now on messages that somebody takes do not come to the receiver, nor wait for it.
   *
   * @param taken is asked on the network's thread, in the order in which messages come; what it
   *     throws ends the line, as with the receiver
   */
  public void divert(Predicate<Message> taken) {
    diverted = taken;
  }

  /** Ends the line at once; the receiver is told the first reason given. */
  public void close(String reason) {
    close(new Ending(reason, false));
  }

  /** Ends the line because of what the other end did. */
  public void fail(String reason) {
    close(new Ending(reason, true));
  }

  private void close(Ending how) {
    if (closing.compareAndSet(false, true)) {
      ending = how;
      channel.close();
    }
  }

  /** A task of ours that fails ends its own line only. */
  public Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException fault) {
        LOG.error("a fault of ours ends the connection with {}", remote, fault);
        close("a fault of the controller: " + fault);
      }
    };
  }

  private void receive(Message message) {
    makingSense(() -> receiver.received(message));
  }

  private void makingSense(Runnable reading) {
    try {
      reading.run();
    } catch (BufferUnderflowException | IllegalArgumentException fault) {
      LOG.debug("{} sent what makes no sense", remote, fault);
      fail("it sent what makes no sense: " + fault);
    }
  }

  @Override
  public void consumeDeviceMessage(DataObject event) {
    if (event instanceof Envelope envelope) {
      guarded(() -> makingSense(() -> sort(envelope.message()))).run();
    } else if (event instanceof DisconnectEvent) {
      executor.execute(guarded(() -> receiver.closed(ending)));
    } else if (event instanceof SslConnectionError error) {
      fail(error.getInfo());
    }
  }

  private void sort(Message message) {
    if (!diverted.test(message)) {
      arrived(message);
    }
  }

  private void arrived(Message message) {
    if (unread.incrementAndGet() >= PAUSE_READING) {
      setAutoRead(false);
      // All may have been read meanwhile, and then nobody else would begin again.
      resume();
    }
    executor.execute(
        () -> {
          if (!closing.get()) {
            guarded(() -> receive(message)).run();
          }
          unread.decrementAndGet();
          resume();
        });
  }

  private void resume() {
    if (unread.get() < RESUME_READING && !isAutoRead()) {
      setAutoRead(true);
    }
  }

  @Override
  public void fireConnectionReadyNotification() {
    executor.execute(guarded(() -> receiver = welcome.apply(this)));
  }

  /** The library's listeners are not used. */
  @Override
  public void checkListeners() {}
}
