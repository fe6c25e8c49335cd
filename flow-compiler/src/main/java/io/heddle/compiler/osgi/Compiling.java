package io.heddle.compiler.osgi;

import io.heddle.answer.Advertisers;
import io.heddle.answer.Answers;
import io.heddle.answer.Punted;
import io.heddle.answer.RouterSolicitations;
import io.heddle.bfd.NextHopWatch;
import io.heddle.compiler.CompileLoop;
import io.heddle.compiler.Plans;
import io.heddle.compiler.PortStatus;
import io.heddle.expression.Expression;
import io.heddle.feature.Features;
import io.heddle.model.Courier;
import io.heddle.model.MatchLanguage;
import io.heddle.model.Membership;
import io.heddle.model.Ownership;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.neighbour.NeighbourDiscovery;
import java.util.List;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Compiles as long as there is a store. */
@Component(
    service = {},
    immediate = true)
public final class Compiling {
  private final CompileLoop loop;
  private final PortStatus ports;
  private final NextHopWatch watch;
  private final NeighbourDiscovery neighbours;
  private final Advertisers advertisers;
  private final ServiceRegistration<?> offered;
  private final ServiceRegistration<Punted> answering;

  @Activate
  public Compiling(
      BundleContext context,
      @Reference Store store,
      @Reference Membership membership,
      @Reference Courier courier,
      @Reference Progress progress,
      @Reference Problems problems,
      @Reference MatchLanguage language) {
    language.readBy(Expression::fault);
    this.loop = new CompileLoop(store, Features.ALL, progress, problems);
    Function<Snapshot, Ownership> ownership = s -> Ownership.of(s, membership.view());
    this.ports = new PortStatus(store, progress, ownership);
    this.watch = new NextHopWatch(store, problems, courier, ownership, Punted.NOTHING);
    this.neighbours = new NeighbourDiscovery(store, problems, courier, watch);
    this.advertisers = new Advertisers(store);
    var names = List.of(Plans.class.getName(), CompileLoop.class.getName());
    this.offered = context.registerService(names.toArray(String[]::new), loop, null);
    this.answering =
        context.registerService(
            Punted.class,
            new Answers(Answers.ROUTING, new RouterSolicitations(advertisers, neighbours)),
            null);
  }

  @Deactivate
  void stop() {
    answering.unregister();
    offered.unregister();
    neighbours.close();
    watch.close();
    advertisers.close();
    ports.close();
    loop.close();
  }
}
