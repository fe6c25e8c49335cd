package io.heddle.it;

import io.heddle.answer.Advertisers;
import io.heddle.answer.Answers;
import io.heddle.answer.PeriodicAdvertisements;
import io.heddle.answer.Punted;
import io.heddle.answer.RouterSolicitations;
import io.heddle.bfd.NextHopWatch;
import io.heddle.compiler.CompileLoop;
import io.heddle.compiler.PortStatus;
import io.heddle.expression.Expression;
import io.heddle.feature.Features;
import io.heddle.it.lab.Lab;
import io.heddle.model.Generation;
import io.heddle.model.MatchLanguage;
import io.heddle.model.Ownership;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Snapshot;
import io.heddle.neighbour.NeighbourDiscovery;
import io.heddle.northbound.ConfigurationNumbers;
import io.heddle.northbound.Divider;
import io.heddle.northbound.Divider.Pace;
import io.heddle.northbound.History;
import io.heddle.northbound.ProgressReports;
import io.heddle.northbound.Upgrade;
import io.heddle.northbound.access.Access;
import io.heddle.northbound.grpc.ApiLimits;
import io.heddle.northbound.grpc.GrpcServer;
import io.heddle.northbound.grpc.GrpcSettings;
import io.heddle.northbound.ovsdb.OvsdbServer;
import io.heddle.northbound.ovsdb.OvsdbServerSettings;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.openflow.OpenflowSettings;
import io.heddle.openflow.OpenflowSouthbound;
import io.heddle.ovsdb.OvsdbSettings;
import io.heddle.ovsdb.OvsdbSouthbound;
import io.heddle.tls.Tls;
import io.heddle.tls.TlsFiles;
import io.heddle.v1.Controller;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;

/** The whole controller put together by hand, without a container. */
public final class PlainController implements AutoCloseable {
  /** Where it listens. */
  public record Ports(int openflow, int ovsdb, int grpc, int northbound) {
    /** Ports that nobody has at the moment. */
    public static Ports free() {
      return new Ports(Lab.freePort(), Lab.freePort(), Lab.freePort(), Lab.freePort());
    }
  }

  /**
   * Which member of a cluster it is.
   *
   * @param advertised the IP address at which hosts reach it
   * @param members all of them by name, this one too, and where they reach each other
   */
  public record Member(String self, String advertised, Map<String, InetSocketAddress> members) {
    /** Arguments: self, advertised, then "NAME=PORT", on loopback, or "NAME=HOST:PORT" of each. */
    public static Member of(List<String> arguments) {
      var members = new TreeMap<String, InetSocketAddress>();
      for (var argument : arguments.subList(2, arguments.size())) {
        var parts = argument.split("[=:]");
        members.put(
            parts[0],
            new InetSocketAddress(
                parts.length > 2 ? parts[1] : "127.0.0.1",
                Integer.parseInt(parts[parts.length - 1])));
      }
      return new Member(arguments.get(0), arguments.get(1), members);
    }

    /** Of the store in that folder. */
    public StoreSettings settings(Path data) {
      return settings(data, Optional.empty());
    }

    private StoreSettings settings(Path data, Optional<Tls> tls) {
      var others = new TreeMap<>(members);
      var own = others.remove(self);
      var alone = StoreSettings.alone(data);
      return alone
          .withSegmentBytes(Integer.getInteger(LOG_FILE, alone.segmentBytes()))
          .withOpenTimeout(
              Duration.ofMillis(Long.getLong(STANDSTILL, alone.openTimeout().toMillis())))
          .withTls(tls)
          .clustered(self, own, others);
    }

    private Controller row(Ports ports, Optional<Tls> tls) {
      var target = (tls.isPresent() ? "ssl:" : "tcp:") + advertised + ":";
      return Controller.newBuilder()
          .setName(self)
          .setOpenflow(target + ports.openflow())
          .setOvsdb(target + ports.ovsdb())
          .build();
    }

    /** Where clients reach it. */
    private String host() {
      return members.get(self).getHostString();
    }
  }

  private static final int HISTORY = 10_000;

  /** Milliseconds that a member that comes back waits for its share in the chassis. */
  public static final String SETTLING = "heddle.it.settling";

  /** Milliseconds that a member may stand still while it starts. */
  public static final String STANDSTILL = "heddle.it.standstill";

  /** Bytes of one file of the store's log. */
  public static final String LOG_FILE = "heddle.it.log.file";

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Problems problems = new Problems();
  private final Progress progress = new Progress();
  private final RaftStore store;
  private final CompileLoop compiler;
  private final OpenflowSouthbound openflow;

  public PlainController(Path data, Ports ports) throws Exception {
    this(data, ports, Optional.empty(), Access.unsaid(), Optional.empty());
  }

  /**
   * @param tls on all doors; empty for plain TCP
   * @param access who may do what; closed with the rest
   * @param member of a cluster; empty where it is alone
   */
  public PlainController(
      Path data, Ports ports, Optional<Tls> tls, Access access, Optional<Member> member)
      throws Exception {
    try {
      part(access);
      tls.map(this::part).ifPresent(this::watch);
      store =
          part(
              RaftStore.open(
                  member
                      .map(m -> m.settings(data, tls))
                      .orElseGet(() -> StoreSettings.alone(data))));
      var history = part(new History(store, HISTORY));
      compiler = part(new CompileLoop(store, Features.ALL, progress, problems));
      var membership = store.membership();
      Function<Snapshot, Ownership> ownership =
          snapshot -> Ownership.of(snapshot, membership.view());
      part(new PortStatus(store, progress, ownership));
      var watch =
          part(new NextHopWatch(store, problems, store.courier(), ownership, Punted.NOTHING));
      var neighbours = part(new NeighbourDiscovery(store, problems, store.courier(), watch));
      var advertisers = part(new Advertisers(store));
      var answers = new Answers(Answers.ROUTING, new RouterSolicitations(advertisers, neighbours));
      Generation.begin(
          store,
          member
              .map(m -> m.row(ports, tls))
              .orElseGet(() -> Controller.newBuilder().setName(membership.view().self()).build()));
      part(new Divider(store, membership, pace()));
      part(new Upgrade(store, membership, store.cluster()));
      part(new ProgressReports(progress, store.courier()));
      openflow =
          part(
              new OpenflowSouthbound(
                  store,
                  compiler,
                  answers,
                  progress,
                  problems,
                  ownership,
                  OpenflowSettings.defaults()
                      .withListen(new InetSocketAddress("0.0.0.0", ports.openflow()))
                      .withTls(tls)));
      openflow.start();
      part(
          new PeriodicAdvertisements(store::snapshot, advertisers, openflow, new SplittableRandom())
              .start());
      var ovsdb =
          part(
              new OvsdbSouthbound(
                  store,
                  problems,
                  ownership,
                  OvsdbSettings.defaults()
                      .withListen(new InetSocketAddress("0.0.0.0", ports.ovsdb()))
                      .with(
                          s ->
                              s.openFlowPort(ports.openflow())
                                  .tls(tls)
                                  .openFlowTls(tls.isPresent()))));
      ovsdb.start();
      part(
          new GrpcServer(
              store,
              Optional.of(store.cluster()),
              progress,
              problems,
              language(),
              history,
              List::of,
              new GrpcSettings(
                  member.map(Member::host).orElse(GrpcSettings.DEFAULT.host()),
                  ports.grpc(),
                  tls,
                  access,
                  ApiLimits.DEFAULT)));
      part(new ConfigurationNumbers(store, store.membership(), progress, Clock.systemUTC()));
      part(
          OvsdbServer.of(
              store,
              store.membership(),
              new OvsdbServerSettings("127.0.0.1", ports.northbound())
                  .withTls(tls)
                  .withAccess(access)));
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private static MatchLanguage language() {
    var language = new MatchLanguage();
    language.readBy(Expression::fault);
    return language;
  }

  private static Pace pace() {
    return Optional.ofNullable(Long.getLong(SETTLING))
        .map(Duration::ofMillis)
        .map(settling -> new Pace(settling, settling, Duration.ZERO, Pace.DEFAULT.arrival()))
        .orElse(Pace.DEFAULT);
  }

  private void watch(Tls tls) {
    tls.watch(
        Tls.WATCH,
        System.out::println,
        fault ->
            problems.replace(
                "tls", fault.stream().map(f -> new Problem("TLS", "files", f)).toList()));
  }

  private <T extends AutoCloseable> T part(T part) {
    parts.push(part);
    return part;
  }

  public RaftStore store() {
    return store;
  }

  public CompileLoop compiler() {
    return compiler;
  }

  public Progress progress() {
    return progress;
  }

  public Problems problems() {
    return problems;
  }

  public OpenflowSouthbound openflow() {
    return openflow;
  }

  /** The youngest part first. */
  @Override
  public void close() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  /**
   * Arguments: data folder, the ports in the order of {@link Ports}, and then, if so, "tls" and the
   * files of the certificate, its key and the authorities, "access" and the file that says who may
   * do what, and "member" and what {@link Member#of} reads. Says "ready" and runs until it is told
   * to end.
   */
  public static void main(String[] args) throws Exception {
    var more = new ArrayDeque<>(List.of(args).subList(5, args.length));
    var tls = Optional.<Tls>empty();
    if ("tls".equals(more.peek())) {
      more.pop();
      tls = Optional.of(new Tls(TlsFiles.of(file(more), file(more), file(more))));
    }
    var access = Access.unsaid();
    if ("access".equals(more.peek())) {
      more.pop();
      access = Access.of(file(more));
    }
    var member = Optional.<Member>empty();
    if ("member".equals(more.peek())) {
      more.pop();
      member = Optional.of(Member.of(List.copyOf(more)));
    }
    var controller =
        new PlainController(
            Path.of(args[0]),
            new Ports(
                Integer.parseInt(args[1]),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4])),
            tls,
            access,
            member);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(controller), "end"));
    System.out.println("ready");
    Thread.currentThread().join();
  }

  private static Path file(Deque<String> words) {
    return Path.of(words.pop());
  }

  private static void end(PlainController controller) {
    try {
      controller.close();
    } catch (Exception e) {
      e.printStackTrace();
    }
  }
}
