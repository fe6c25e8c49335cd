package io.heddle.openflow;

import io.heddle.answer.Injection;
import io.heddle.openflow.SwitchState.Role;
import io.heddle.openflow.wire.Ending;
import io.heddle.openflow.wire.Line;
import io.heddle.openflow.wire.Message;
import io.heddle.openflow.wire.Receiver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection from its first byte to its last: greets the switch, learns which it is, keeps the
 * connection alive, and once the switch's chassis is known hands over to a {@link Session}.
 */
final class Connection implements Receiver {
  private enum Greeting {
    HELLO,
    FEATURES,
    /** The switch told its datapath id; the rest is up to the board. */
    DONE,
    /** It cannot be used; soon the connection ends, so that it tries again. */
    HELD
  }

  private final Line line;
  private final Outbox outbox;
  private final Switchboard board;
  private final OpenflowSettings settings;
  private final AtomicBoolean ticking = new AtomicBoolean();
  private Greeting greeting = Greeting.HELLO;
  private Optional<UUID> chassis = Optional.empty();

  /** While this member owns the chassis. */
  private Optional<Session> session = Optional.empty();

  /** While another does. */
  private Optional<Standby> standby = Optional.empty();

  /** The last that was used by sessions and standbys that are over. */
  private int xid;

  private volatile Optional<Handovers> handovers = Optional.empty();
  private Optional<String> datapathId = Optional.empty();
  private long since = System.nanoTime();
  private long heard = since;
  private boolean echoAsked;
  private boolean complained;
  private boolean ended;
  private volatile SwitchState state;

  Connection(Line line, Switchboard board) {
    this.line = line;
    this.outbox = new Outbox(line);
    this.board = board;
    this.settings = board.settings();
    publish(true);
  }

  void start() {
    line.divert(this::takesPacket);
    outbox.send(Requests.hello());
  }

  Line line() {
    return line;
  }

  SwitchState state() {
    return state;
  }

  String remote() {
    return address() + ":" + line.remote().getPort();
  }

  /** Of the switch's host. */
  String address() {
    var address = line.remote();
    var host =
        address.getAddress() == null
            ? address.getHostString()
            : address.getAddress().getHostAddress();
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /** Whether the switch proved to be this chassis', or without TLS need not prove it. */
  boolean speaksFor(String chassis) {
    return line.peer().map(peer -> peer.is(chassis)).orElse(true);
  }

  /** The switch belongs to this chassis. Called on the line's executor. */
  void assign(UUID to) {
    chassis = Optional.of(to);
    divided();
  }

  /** Who owns which chassis may have changed. Called on the line's executor. */
  void divided() {
    if (ended || chassis.isEmpty()) {
      return;
    }
    var ownership = board.ownership();
    if (ownership.mine(board.name(chassis.get()))) {
      drive(chassis.get(), ownership.epoch());
    } else {
      standBy(ownership.epoch());
    }
    publish(true);
  }

  private void drive(UUID owned, long epoch) {
    if (session.isPresent()) {
      session.get().renew(epoch);
      return;
    }
    standby.ifPresent(s -> xid = s.xid());
    standby = Optional.empty();
    session = Optional.of(new Session(this, outbox, board, owned, epoch, xid));
    session.get().start();
  }

  private void standBy(long epoch) {
    if (standby.isEmpty()) {
      session.ifPresent(this::giveUp);
      session = Optional.empty();
      standby = Optional.of(new Standby(outbox, settings, xid));
    }
    standby.get().ask(epoch);
  }

  private void giveUp(Session driving) {
    leavePackets();
    xid = driving.end();
    board.losesControl(driving, line);
  }

  /** This member is the switch's master, to whom it hands packets over. */
  void takePackets(UUID from) {
    if (handovers.isEmpty()) {
      handovers = Optional.of(board.handovers(line, from));
    }
  }

  /** It is no longer. */
  void leavePackets() {
    handovers.ifPresent(Handovers::end);
    handovers = Optional.empty();
  }

  /** A packet for the switch, which is lost where it does not belong to a chassis yet. */
  void inject(Injection injection) {
    handovers.ifPresent(h -> h.inject(injection));
  }

  /** Before the switch is known packets are of no use. Called on the network's thread. */
  private boolean takesPacket(Message message) {
    boolean packet = PacketIn.is(message);
    if (packet) {
      handovers.ifPresent(h -> h.take(message));
    }
    return packet;
  }

  @Override
  public void received(Message message) {
    heard = System.nanoTime();
    echoAsked = false;
    switch (message.type()) {
      case Protocol.ECHO_REQUEST -> outbox.sendNow(Requests.echoReply(message));
      case Protocol.ECHO_REPLY -> {}
      default -> {
        if (session.isPresent()) {
          session.get().received(message);
        } else if (standby.isPresent()) {
          standby.get().received(message);
        } else {
          greet(message);
        }
        publish(true);
      }
    }
  }

  private void greet(Message message) {
    if (greeting == Greeting.HELLO && message.type() == Protocol.HELLO) {
      hello(message);
    } else if (greeting == Greeting.FEATURES && message.type() == Protocol.FEATURES_REPLY) {
      greeting = Greeting.DONE;
      since = System.nanoTime();
      datapathId = Optional.of("%016x".formatted(message.body().getLong()));
      board.introduced(this, datapathId.get());
    } else if (greeting != Greeting.HELD && message.type() == Protocol.ERROR) {
      line.fail("it answered with the error " + SwitchError.of(message));
    } else if (greeting == Greeting.HELLO) {
      line.fail("it does not begin with a hello");
    }
  }

  private void hello(Message message) {
    if (speaks13(message)) {
      greeting = Greeting.FEATURES;
      outbox.send(Requests.features(1));
      return;
    }
    outbox.send(Requests.helloFailed("OpenFlow 1.3 only"));
    greeting = Greeting.HELD;
    since = System.nanoTime();
    board.complain(remote(), "it does not speak OpenFlow 1.3: see the bridge's protocols");
  }

  /** Section 7.5.1: by the bitmap where there is one, by the header's version where not. */
  private static boolean speaks13(Message hello) {
    var elements = hello.body();
    while (elements.remaining() >= 4) {
      int type = elements.getShort(elements.position()) & 0xffff;
      int length = elements.getShort(elements.position() + 2) & 0xffff;
      if (length < 4 || length > elements.remaining()) {
        throw new IllegalArgumentException("a hello element of " + length + " bytes");
      }
      if (type == Protocol.HELLO_VERSION_BITMAP && length >= 8) {
        return (elements.getInt(elements.position() + 4) & 1 << Protocol.VERSION) != 0;
      }
      skip(elements, (length + 7) / 8 * 8);
    }
    return hello.version() >= Protocol.VERSION;
  }

  private static void skip(ByteBuffer buffer, int bytes) {
    buffer.position(Math.min(buffer.limit(), buffer.position() + bytes));
  }

  /** Called now and then from any thread; does nothing while the last call's work is not done. */
  void tick() {
    if (ticking.compareAndSet(false, true)) {
      line.executor()
          .execute(
              line.guarded(
                  () -> {
                    ticking.set(false);
                    tick(System.nanoTime());
                  }));
    }
  }

  private void tick(long now) {
    keepAlive(Duration.ofNanos(now - heard));
    if (session.isPresent()) {
      session.get().tick(now);
      publish(true);
      return;
    }
    if (standby.isPresent()) {
      if (standby.get().due(now)) {
        divided();
      }
      return;
    }
    var waited = Duration.ofNanos(now - since);
    switch (greeting) {
      case HELLO, FEATURES -> {
        if (waited.compareTo(settings.handshakeLimit()) > 0) {
          line.fail("it did not greet within " + settings.handshakeLimit());
        }
      }
      case HELD -> {
        if (waited.compareTo(settings.retry()) > 0) {
          line.close("to try again");
        }
      }
      case DONE -> stranger(waited);
    }
  }

  private void keepAlive(Duration silence) {
    if (silence.compareTo(settings.silenceLimit()) > 0) {
      line.fail("it was silent for " + settings.silenceLimit());
    } else if (silence.compareTo(settings.keepalive()) > 0 && !echoAsked) {
      echoAsked = true;
      outbox.sendNow(Requests.echo(0));
    }
  }

  private void stranger(Duration waited) {
    if (waited.compareTo(settings.strangerLimit()) > 0) {
      line.close("no chassis has its datapath id");
    } else if (waited.compareTo(settings.strangerGrace()) > 0 && !complained) {
      complained = true;
      board.complain(remote(), board.whyUnknown(datapathId.orElseThrow()));
    }
  }

  @Override
  public void closed(Ending ending) {
    ended = true;
    session.ifPresent(Session::end);
    publish(false);
    leavePackets();
    board.ended(this, ending);
  }

  private void publish(boolean connected) {
    var now =
        new SwitchState(
            chassis,
            datapathId,
            connected,
            remote(),
            connected ? role() : Role.NONE,
            0,
            0,
            handovers.map(Handovers::counts).orElse(PuntCounts.NONE),
            Optional.empty(),
            Optional.empty());
    state = session.map(controlling -> controlling.state(now)).orElse(now);
  }

  private Role role() {
    if (session.filter(Session::master).isPresent()) {
      return Role.MASTER;
    }
    return standby.filter(Standby::slave).isPresent() ? Role.SLAVE : Role.NONE;
  }
}
