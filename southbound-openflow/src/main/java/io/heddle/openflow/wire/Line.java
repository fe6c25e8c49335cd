package io.heddle.openflow.wire;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.opendaylight.openflowjava.protocol.impl.core.connection.ConnectionAdapterImpl;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.FlowModOutput;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.system.rev130927.DisconnectEvent;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.system.rev130927.SslConnectionError;
import org.opendaylight.yangtools.yang.binding.DataObject;
import org.opendaylight.yangtools.yang.common.RpcResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with a switch. Whatever concerns it is done on its {@link #executor}, one thing at
 * a time; none of it may block.
 */
public final class Line extends ConnectionAdapterImpl {
  private static final Logger LOG = LoggerFactory.getLogger(Line.class);

  /** Messages to send that may wait in the library. We wait for most ourselves, see the outbox. */
  private static final int OUTBOUND_QUEUE = 1_024;

  /** Messages received but not looked at yet, at which reading from the switch pauses. */
  private static final int PAUSE_READING = 64;

  private static final int RESUME_READING = 16;

  private final InetSocketAddress remote;
  private final Executor executor;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicInteger unread = new AtomicInteger();
  private final Function<Line, Receiver> welcome;
  private volatile Ending ending = new Ending("the switch closed it", false);
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

  /** Runs tasks in order, one at a time, together with the receiver's calls. */
  public Executor executor() {
    return executor;
  }

  /**
   * Sends whole messages.
   *
   * @param written is run on the executor when the kernel has taken them; never, if the line ends
   */
  public void send(List<Slice> messages, Runnable written) {
    Futures.addCallback(
        this.<FlowModOutput>sendToSwitchFuture(new Envelope.Out(messages), "not sent"),
        new FutureCallback<>() {
          @Override
          public void onSuccess(RpcResult<FlowModOutput> result) {
            if (result.isSuccessful()) {
              executor.execute(guarded(written));
            } else {
              fail("it takes no more messages");
            }
          }

          @Override
          public void onFailure(Throwable fault) {
            close(String.valueOf(fault.getMessage()));
          }
        },
        MoreExecutors.directExecutor());
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
        LOG.warn("ends the connection with {}", remote, fault);
        fail("it sent what makes no sense: " + fault);
      }
    };
  }

  @Override
  public void consumeDeviceMessage(DataObject event) {
    if (event instanceof Envelope.In in) {
      arrived(in.message());
    } else if (event instanceof DisconnectEvent) {
      executor.execute(guarded(() -> receiver.closed(ending)));
    } else if (event instanceof SslConnectionError error) {
      fail(error.getInfo());
    }
  }

  private void arrived(Message message) {
    if (unread.incrementAndGet() == PAUSE_READING) {
      setAutoRead(false);
    }
    executor.execute(
        () -> {
          if (!closing.get()) {
            guarded(() -> receiver.received(message)).run();
          }
          if (unread.decrementAndGet() == RESUME_READING) {
            setAutoRead(true);
          }
        });
  }

  @Override
  public void fireConnectionReadyNotification() {
    executor.execute(guarded(() -> receiver = welcome.apply(this)));
  }

  /** The library's listeners are not used. */
  @Override
  public void checkListeners() {}
}
