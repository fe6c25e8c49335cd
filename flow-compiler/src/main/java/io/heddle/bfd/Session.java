package io.heddle.bfd;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * One end of a BFD session in asynchronous mode (RFC 5880 section 6), the active one, which neither
 * takes echoes nor authenticates. It sends nothing by itself: whoever has it asks at the time it is
 * {@link #due}. Times are nanoseconds of one clock, intervals microseconds. For one thread at a
 * time.
 */
final class Session {
  /** Between packets of a session that is not up, at least (section 6.8.3). */
  static final long SLOW = 1_000_000;

  private static final long NANOS = 1_000;

  /** So many packets that are not heard are a peer that is not there. */
  private static final int ENOUGH = 3;

  // Section 4.1.
  private static final int EXPIRED = 1;
  private static final int SIGNALED_DOWN = 3;
  private static final int ADMINISTRATIVELY_DOWN = 7;

  private final int discriminator;
  private final RandomGenerator random;
  private Timing timing;
  private State state;
  private int diagnostic;

  // What the peer said last.
  private int remoteDiscriminator;
  private State remoteState = State.DOWN;
  private boolean remoteDemand;
  private int remoteMultiplier;
  private long remoteMinTx;
  private long remoteMinRx = 1;

  // The intervals that the peer is told, and those that hold until it says that it knows them.
  private long toldTx;
  private long toldRx;
  private long tx;
  private long rx;
  private boolean polling;
  private boolean changedWhilePolling;

  /** It was up elsewhere and has yet to hear its peer here, of which it knows nothing. */
  private boolean resumed;

  private long patience;

  private long sent;
  private long nextAt;
  private OptionalLong missedAt = OptionalLong.empty();

  private Session(int discriminator, Timing timing, State state, RandomGenerator random, long now) {
    this.discriminator = discriminator;
    this.timing = timing;
    this.state = state;
    this.random = random;
    this.toldTx = tx(state);
    this.toldRx = timing.minRx();
    this.tx = toldTx;
    this.rx = toldRx;
    this.sent = now;
    this.nextAt = now;
  }

  /**
   * A new one.
   *
   * @param discriminator not 0
   */
  static Session begin(int discriminator, Timing timing, RandomGenerator random, long now) {
    return new Session(discriminator, timing, State.DOWN, random, now);
  }

  /**
   * One that was up elsewhere with the same discriminator. It listens until its peer is heard, and
   * goes on with it; who is not heard is gone.
   *
   * @param patience nanoseconds to wait for that
   */
  static Session resume(
      int discriminator, Timing timing, RandomGenerator random, long now, long patience) {
    var session = new Session(discriminator, timing, State.UP, random, now);
    session.resumed = true;
    session.patience = patience;
    session.missedAt = OptionalLong.of(now + patience);
    return session;
  }

  State state() {
    return state;
  }

  /** When to {@link #tick}, at the latest. */
  OptionalLong due() {
    var times = sending() ? LongStream.of(nextAt) : LongStream.empty();
    return LongStream.concat(times, missedAt.stream()).reduce((a, b) -> a - b < 0 ? a : b);
  }

  /** Does what is due, and returns the packet that is to be sent. */
  Optional<ControlPacket> tick(long now) {
    if (missedAt.isPresent() && now - missedAt.getAsLong() >= 0) {
      missed(now);
    }
    if (!sending() || now - nextAt < 0) {
      return Optional.empty();
    }
    sent = now;
    nextAt = now + jittered(interval());
    return Optional.of(packet(polling, false));
  }

  /** Its peer was not heard for too long (section 6.8.4). */
  private void missed(long now) {
    missedAt = OptionalLong.empty();
    resumed = false;
    remoteDiscriminator = 0;
    remoteState = State.DOWN;
    remoteDemand = false;
    remoteMinRx = 1;
    if (state == State.INIT || state == State.UP) {
      become(State.DOWN, EXPIRED, now);
    }
  }

  /**
   * Takes a packet of its peer's (section 6.8.6), and returns the answer, which is to be sent at
   * once.
   */
  Optional<ControlPacket> received(ControlPacket packet, long now) {
    if (packet.yours() != 0 && packet.yours() != discriminator) {
      return Optional.empty();
    }
    long before = interval();
    resumed = false;
    remoteDiscriminator = packet.mine();
    remoteState = packet.state();
    remoteDemand = packet.demand();
    remoteMultiplier = packet.multiplier();
    remoteMinTx = packet.minTx();
    remoteMinRx = packet.minRx();
    if (polling && packet.last()) {
      endPoll();
    }
    follow(packet.state(), now);
    missedAt = OptionalLong.of(now + detectionTime());
    if (interval() < before) {
      soonest(sent + jittered(interval()));
    }
    return packet.poll() ? Optional.of(packet(false, true)) : Optional.empty();
  }

  private void follow(State remote, long now) {
    switch (state) {
      case DOWN -> {
        if (remote == State.DOWN) {
          become(State.INIT, 0, now);
        } else if (remote == State.INIT) {
          become(State.UP, 0, now);
        }
      }
      case INIT -> {
        if (remote == State.INIT || remote == State.UP) {
          become(State.UP, 0, now);
        } else if (remote == State.ADMIN_DOWN) {
          become(State.DOWN, SIGNALED_DOWN, now);
        }
      }
      case UP -> {
        if (remote == State.DOWN || remote == State.ADMIN_DOWN) {
          become(State.DOWN, SIGNALED_DOWN, now);
        }
      }
      case ADMIN_DOWN -> {}
    }
  }

  private void become(State next, int why, long now) {
    state = next;
    diagnostic = why;
    change(now);
    soonest(now);
  }

  /** Has other intervals from now on. */
  void configure(Timing next, long now) {
    if (!timing.equals(next)) {
      timing = next;
      change(now);
    }
  }

  /** Tells the peer of other intervals, if they are (section 6.8.3). */
  private void change(long now) {
    long nextTx = tx(state);
    long nextRx = timing.minRx();
    boolean other = nextTx != toldTx || nextRx != toldRx;
    toldTx = nextTx;
    toldRx = nextRx;
    if (state != State.UP) {
      polling = false;
      changedWhilePolling = false;
      tx = toldTx;
      rx = toldRx;
    } else if (other) {
      changedWhilePolling = polling;
      polling = true;
      tx = Math.min(tx, toldTx);
      rx = Math.max(rx, toldRx);
      soonest(now);
    }
  }

  private void endPoll() {
    if (changedWhilePolling) {
      changedWhilePolling = false;
    } else {
      polling = false;
      tx = toldTx;
      rx = toldRx;
    }
  }

  private long tx(State inState) {
    return inState == State.UP ? timing.minTx() : Math.max(timing.minTx(), SLOW);
  }

  /** Whoever looks after it was itself away for so long, and may have missed packets. */
  void excuse(long nanos) {
    missedAt.ifPresent(at -> missedAt = OptionalLong.of(at + nanos));
  }

  /**
   * From now on the peer of a session that was up elsewhere could be heard here. Its multiplier is
   * not known, and this end's may be far larger: some packets are enough.
   */
  void listening(long now) {
    if (resumed) {
      long interval = NANOS * Math.max(timing.minRx(), timing.minTx());
      long enough = Math.max(patience, ENOUGH * interval);
      missedAt = OptionalLong.of(now + Math.min(interval * timing.multiplier(), enough));
    }
  }

  /** What to tell the peer of a session that ends by intent. */
  ControlPacket farewell() {
    state = State.ADMIN_DOWN;
    diagnostic = ADMINISTRATIVELY_DOWN;
    return packet(false, false);
  }

  /** Whether packets are sent from time to time (section 6.8.7). */
  private boolean sending() {
    boolean unwanted = remoteDemand && state == State.UP && remoteState == State.UP && !polling;
    return !resumed && remoteMinRx > 0 && !unwanted;
  }

  /** Nanoseconds between packets. */
  private long interval() {
    return NANOS * Math.max(tx, remoteMinRx);
  }

  /** Up to a quarter less; at most nine tenths where one lost packet tells (section 6.8.7). */
  private long jittered(long interval) {
    double most = timing.multiplier() == 1 ? 0.9 : 1;
    return (long) (interval * random.nextDouble(0.75, most));
  }

  /** Nanoseconds (section 6.8.4). */
  private long detectionTime() {
    return NANOS * remoteMultiplier * Math.max(rx, remoteMinTx);
  }

  private void soonest(long at) {
    if (at - nextAt < 0) {
      nextAt = at;
    }
  }

  private ControlPacket packet(boolean poll, boolean last) {
    return new ControlPacket(
        diagnostic,
        state,
        poll,
        last,
        false,
        timing.multiplier(),
        discriminator,
        remoteDiscriminator,
        toldTx,
        toldRx);
  }
}
