package io.heddle.it;

import io.heddle.answer.Advertisers;
import io.heddle.answer.Answers;
import io.heddle.answer.PeriodicAdvertisements;
import io.heddle.answer.Punted;
import io.heddle.answer.RouterSolicitations;
import io.heddle.compiler.CompileLoop;
import io.heddle.compiler.PortStatus;
import io.heddle.feature.Features;
import io.heddle.it.lab.Lab;
import io.heddle.model.Generation;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.neighbour.NeighbourDiscovery;
import io.heddle.northbound.ConfigurationNumbers;
import io.heddle.northbound.History;
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
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** The whole controller put together by hand, without a container. */
public final class PlainController implements AutoCloseable {
  /** Where it listens. */
  public record Ports(int openflow, int ovsdb, int grpc, int northbound) {
    /** Ports that nobody has at the moment. */
    public static Ports free() {
      return new Ports(Lab.freePort(), Lab.freePort(), Lab.freePort(), Lab.freePort());
    }
  }

  private static final int HISTORY = 10_000;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Problems problems = new Problems();
  private final Progress progress = new Progress();
  private final RaftStore store;
  private final CompileLoop compiler;
  private final OpenflowSouthbound openflow;

  public PlainController(Path data, Ports ports) throws Exception {
    this(data, ports, Optional.empty());
  }

  /**
   * @param tls on all doors; empty for plain TCP
   */
  public PlainController(Path data, Ports ports, Optional<Tls> tls) throws Exception {
    try {
      tls.map(this::part).ifPresent(this::watch);
      store = part(RaftStore.open(StoreSettings.alone(data)));
      var history = part(new History(store, HISTORY));
      compiler = part(new CompileLoop(store, Features.ALL, progress, problems));
      part(new PortStatus(store, progress));
      var neighbours = part(new NeighbourDiscovery(store, problems, Punted.NOTHING));
      var advertisers = part(new Advertisers(store));
      var answers = new Answers(Answers.ROUTING, new RouterSolicitations(advertisers, neighbours));
      long generation = Generation.begin(store, "controller");
      openflow =
          part(
              new OpenflowSouthbound(
                  store,
                  compiler,
                  answers,
                  progress,
                  problems,
                  () -> generation,
                  OpenflowSettings.defaults()
                      .listeningOn(new InetSocketAddress("0.0.0.0", ports.openflow()))
                      .speaking(tls)));
      openflow.start();
      part(
          new PeriodicAdvertisements(store::snapshot, advertisers, openflow, new SplittableRandom())
              .start());
      var ovsdb =
          part(
              new OvsdbSouthbound(
                  store,
                  problems,
                  OvsdbSettings.defaults()
                      .withListen(new InetSocketAddress("0.0.0.0", ports.ovsdb()))
                      .withOpenFlow(Optional.empty(), ports.openflow())
                      .withTls(tls, tls.isPresent())));
      ovsdb.start();
      part(
          new GrpcServer(
              store,
              progress,
              problems,
              history,
              List::of,
              GrpcSettings.DEFAULT.withPort(ports.grpc()).withTls(tls)));
      part(new ConfigurationNumbers(store, store.membership(), progress, Clock.systemUTC()));
      part(
          OvsdbServer.of(
              store,
              store.membership(),
              new OvsdbServerSettings("127.0.0.1", ports.northbound()).withTls(tls)));
    } catch (Exception e) {
      close();
      throw e;
    }
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
   * Arguments: data folder, the ports in the order of {@link Ports}, and for TLS the files of the
   * certificate, its key and the authorities. Says "ready" and runs for ever.
   */
  public static void main(String[] args) throws Exception {
    new PlainController(
        Path.of(args[0]),
        new Ports(
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]),
            Integer.parseInt(args[4])),
        args.length < 8
            ? Optional.empty()
            : Optional.of(
                new Tls(TlsFiles.of(Path.of(args[5]), Path.of(args[6]), Path.of(args[7])))));
    System.out.println("ready");
    Thread.currentThread().join();
  }
}
