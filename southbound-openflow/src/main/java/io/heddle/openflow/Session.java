package io.heddle.openflow;

import io.heddle.compiler.Plans;
import io.heddle.compiler.Plans.PlanChange;
import io.heddle.openflow.wire.Line;
import io.heddle.openflow.wire.Message;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Controls the switch of one chassis over one connection, for as long as this member owns the
 * chassis: becomes its master, reads its flows back, sends the difference to the plan, and from
 * then on every change of the plan. All of it happens on the line's executor.
 *
 * <p>At most one bundle is under way; what changes meanwhile is merged into the next.
 */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Connection connection;
  private final Line line;
  private final Outbox outbox;
  private final Switchboard board;
  private final OpenflowSettings settings;
  private final UUID chassis;
  private final Claim claim;
  private final Reconciler reconciler;
  private Plans.Following following = () -> {};
  private Stage stage = Stage.ROLE;

  private int xid;

  /** Of what prepares the switch to hand packets over; it is answered only if that failed. */
  private int handovers;

  /** Of the reply that is waited for. */
  private int awaited;

  /** When the reply must be there, or the rest is over; by {@link System#nanoTime}. */
  private long deadline;

  private boolean optionAdded;
  private final Inventory there = new Inventory();
  private Delivery delivery = Delivery.ofNothing(0);
  private long confirmed;
  private final Setbacks setbacks = new Setbacks();
  private final Troubles troubles;

  /**
   * @param epoch in which this member owns the chassis
   * @param xid the last that was used on the connection
   */
  Session(
      Connection connection, Outbox outbox, Switchboard board, UUID chassis, long epoch, int xid) {
    this.connection = connection;
    this.line = connection.line();
    this.outbox = outbox;
    this.claim = new Claim(epoch);
    this.xid = xid;
    this.board = board;
    this.settings = board.settings();
    this.chassis = chassis;
    this.reconciler = new Reconciler();
    this.troubles = new Troubles(() -> board.name(chassis));
  }

  void start() {
    following =
        board
            .plans()
            .follow(chassis, change -> line.executor().execute(line.guarded(() -> plan(change))));
    board.controls(this, line);
    askRole();
  }

  private void askRole() {
    ask(Stage.ROLE, claim.request(++xid));
  }

  /**
   * In this epoch, too, this member owns the chassis. Who is master stays so without asking. What
   * was confirmed is told again, for it does not count any more if there was an owner in between,
   * too short for this session to have ended.
   */
  void renew(long later) {
    claim.renew(later);
    if (stage == Stage.OUTRANKED) {
      askRole();
    } else if (stage == Stage.CURRENT) {
      confirm(confirmed);
    }
  }

  /**
   * Nothing may be called afterwards.
   *
   * @return the last transaction id that was used
   */
  int end() {
    following.close();
    return xid;
  }

  UUID chassis() {
    return chassis;
  }

  boolean master() {
    return stage != Stage.ROLE && stage != Stage.OUTRANKED && stage != Stage.HELD;
  }

  /** What is known of its connection, with what is known here. */
  SwitchState state(SwitchState connected) {
    return connected.with(
        state ->
            state
                .revision(confirmed)
                .flows(reconciler.flows())
                .lastResync(there.lastCompared())
                .lastError(troubles.lastError()));
  }

  private void plan(PlanChange change) {
    reconciler.plan(change);
    proceed();
  }

  private void ask(Stage next, byte[] request) {
    stage = next;
    awaited = xid;
    deadline = in(settings.replyLimit());
    outbox.send(request);
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  void tick(long now) {
    if (stage == Stage.BUNDLE && outbox.progressed()) {
      deadline = in(settings.replyLimit());
    }
    boolean due = stage == Stage.CURRENT ? there.isDue(settings.resync(), now) : now - deadline > 0;
    if (due) {
      overdue();
    }
  }

  private void overdue() {
    switch (stage) {
      case ROLE, OPTIONS, METERS, FLOWS, BUNDLE ->
          line.fail("it did not answer for " + settings.replyLimit());
      case RESTING, CURRENT -> readBack();
      case OUTRANKED -> connection.divided();
      case HELD -> line.close("to try again");
      case PLAN -> {}
    }
  }

  void received(Message message) {
    boolean answer = message.xid() == awaited;
    switch (message.type()) {
      case Protocol.ROLE_REPLY -> {
        if (answer && stage == Stage.ROLE) {
          promoted();
        }
      }
      case Protocol.EXPERIMENTER -> experimenter(message.body(), answer);
      case Protocol.MULTIPART_REPLY -> {
        if (answer && (stage == Stage.METERS || stage == Stage.FLOWS)) {
          readBack(message.body());
        }
      }
      case Protocol.BARRIER_REPLY -> {
        if (answer && stage == Stage.BUNDLE) {
          settle();
        }
      }
      case Protocol.ERROR -> error(SwitchError.of(message));
      default -> {}
    }
  }

  private void promoted() {
    claim.granted();
    board.controls(this, line);
    connection.takePackets(chassis);
    handovers = ++xid;
    outbox.send(Requests.handovers(handovers));
    ask(Stage.OPTIONS, Requests.tunnelOptions(++xid));
  }

  private void experimenter(ByteBuffer body, boolean answer) {
    int experimenter = body.getInt();
    int type = body.getInt();
    if (experimenter == Protocol.NICIRA && type == Protocol.NX_TLV_TABLE_REPLY && answer) {
      options(TunnelOption.read(body));
    } else if (experimenter == Protocol.ONF && type == Protocol.ONF_BUNDLE_CONTROL) {
      body.getInt();
      delivery.acknowledged(body.getShort());
    }
  }

  private void options(List<TunnelOption> mapped) {
    var wanted = TunnelOption.PORTS;
    var conflict = mapped.stream().filter(wanted::conflictsWith).findFirst();
    if (conflict.isPresent()) {
      hold(
          "its Geneve options are mapped otherwise (%s; needed: %s): ovs-ofctl del-tlv-map helps"
              .formatted(conflict.get(), wanted));
    } else if (mapped.contains(wanted)) {
      readBack();
    } else if (optionAdded) {
      hold("it does not keep the mapping of Geneve options");
    } else {
      optionAdded = true;
      outbox.send(Requests.addTunnelOption(++xid, wanted));
      // An error to the addition is told by the same id.
      ask(Stage.OPTIONS, Requests.tunnelOptions(xid));
    }
  }

  private void readBack() {
    there.forget();
    ask(Stage.METERS, Requests.meters(++xid));
  }

  private void readBack(ByteBuffer reply) {
    boolean last = there.take(reply, stage);
    deadline = in(settings.replyLimit());
    if (last && stage == Stage.FLOWS) {
      stage = Stage.PLAN;
      proceed();
    } else if (last) {
      ask(Stage.FLOWS, Requests.flows(++xid));
    }
  }

  /** Does what there is to do, where nothing is under way. */
  private void proceed() {
    if (stage == Stage.PLAN && reconciler.planned()) {
      var bundle = compare();
      outbox.send(there.meters().exactly(handovers, bundle.meters()));
      send(bundle);
    } else if (stage == Stage.CURRENT && reconciler.due()) {
      var bundle = reconciler.next();
      if (bundle.isEmpty()) {
        confirm(reconciler.revision());
        report();
      } else {
        there.meters().also(handovers, bundle.meters()).ifPresent(outbox::send);
        send(bundle);
      }
    } else if (stage == Stage.CURRENT && reconciler.revision() != confirmed) {
      confirm(reconciler.revision());
    }
  }

  /** What the switch has, which was just read back, against the plan. */
  private Bundle compare() {
    var bundle = reconciler.resync(there.flows(), there.meters());
    LOG.info(
        "{}: {} flows read back, {} of the plan, {} changes",
        board.name(chassis),
        there.flows().size(),
        reconciler.flows(),
        bundle.count());
    if (there.lastCompared().isPresent() && !bundle.isEmpty()) {
      troubles.noted("its flows differed from the plan by " + bundle.count());
    }
    there.compared();
    return bundle;
  }

  private void send(Bundle bundle) {
    delivery = Delivery.ofNothing(reconciler.revision());
    if (!bundle.isEmpty()) {
      delivery = new Delivery(reconciler.revision(), bundle, ++xid, ++xid);
      outbox.send(Requests.bundle(xid - 1, Protocol.BUNDLE_OPEN));
      outbox.send(bundle.messages(board.encoder()));
      outbox.send(Requests.bundle(xid, Protocol.BUNDLE_COMMIT));
    }
    ask(Stage.BUNDLE, Requests.barrier(++xid));
  }

  private void error(SwitchError error) {
    if (error.is(Protocol.ERROR_ROLE_REQUEST_FAILED, Protocol.ROLE_STALE)) {
      outranked();
    } else if (error.is(Protocol.ERROR_BAD_REQUEST, Protocol.BAD_REQUEST_IS_SLAVE)) {
      if (master()) {
        outranked();
      }
    } else if (stage == Stage.BUNDLE && delivery.takes(error)) {
      LOG.debug("{}: {}", board.name(chassis), error);
    } else if (error.xid() == handovers) {
      handoversFail(error);
    } else if (error.xid() == awaited) {
      hold("it answered with the error " + error);
    } else {
      LOG.warn("{}: {}", board.name(chassis), error);
    }
  }

  /**
   * Somebody has asked the switch for a role with a later epoch. If that was another member this
   * one will hear of it, by and by; until then it leaves the switch alone. If not, that is a
   * problem.
   */
  private void outranked() {
    if (claim.outdated()) {
      askRole();
      return;
    }
    int refusals = claim.refused();
    if (refusals == 1) {
      LOG.info("{}: the switch obeys a later epoch than ours", board.name(chassis));
    }
    connection.leavePackets();
    board.losesControl(this, line);
    stage = Stage.OUTRANKED;
    deadline = in(settings.retry());
    if (refusals > 1) {
      troubles.blocked("another controller, with a later generation, is its master");
    }
    report();
  }

  /** Without handovers the network works, but for what a switch cannot do by itself. */
  private void handoversFail(SwitchError error) {
    if (!error.is(Protocol.ERROR_METER_MOD_FAILED, Protocol.METER_EXISTS)) {
      troubles.handicapped("it cannot hand packets over: it answered " + error);
      report();
    }
  }

  /** The bundle's outcome is known. */
  private void settle() {
    delivery.refused().forEach(reconciler::refuse);
    if (delivery.committed()) {
      setbacks.over();
      troubles.unblocked();
      stage = Stage.CURRENT;
      confirm(delivery.revision());
    } else {
      failed();
    }
    // What was told need not be kept.
    delivery = Delivery.ofNothing(confirmed);
    report();
    proceed();
  }

  /** Nothing of the bundle holds. Without the flows it failed for it is tried again, anew. */
  private void failed() {
    setbacks.add();
    troubles.noted("a bundle failed: " + delivery.fault());
    LOG.warn(
        "{}: a bundle failed: {}; flows at fault: {}",
        board.name(chassis),
        delivery.fault(),
        delivery.refused());
    if (!delivery.refused().isEmpty() && setbacks.few()) {
      readBack();
      return;
    }
    troubles.blocked(
        "its flows cannot be changed: " + delivery.fault(), "a bundle failed: " + delivery.fault());
    stage = Stage.RESTING;
    deadline = System.nanoTime() + setbacks.restNanos();
  }

  private void confirm(long revision) {
    confirmed = revision;
    board.installed(this, line, revision);
  }

  private void hold(String reason) {
    LOG.warn("{}: {}", board.name(chassis), reason);
    troubles.blocked(reason);
    stage = Stage.HELD;
    deadline = in(settings.retry());
    report();
  }

  private void report() {
    var network = board.network();
    var name = board.name(chassis);
    var refused = reconciler.refused();
    if (!refused.isEmpty()) {
      troubles.noted(refused.size() + " flows refused, " + refused.get(0).reason());
    }
    var problems = refused.stream().map(r -> Subjects.refused(network, name, r)).toList();
    board.report(this, line, troubles.problems(problems));
  }
}
