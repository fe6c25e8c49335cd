package io.heddle.openflow;

import static io.heddle.openflow.TablePlans.unit;

import io.heddle.compiler.Unit;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long it takes until a real switch confirms many flows, against {@code ovs-ofctl --bundle
 * add-flows} of the same flows in the same run. Arguments: flows (100000), rounds (7).
 */
final class PushBench {
  private PushBench() {}

  public static void main(String[] arguments) throws IOException {
    int flows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
    var file = Files.createTempFile("flows", ".txt");
    try (var ours = OvsSwitch.start(1);
        var theirs = OvsSwitch.start(2);
        var controller = new Controller(settings())) {
      Files.write(file, IntStream.range(0, flows).mapToObj(PushBench::words).toList());
      var chassis = controller.chassis("hv1", ours);
      ours.connect(controller.port());
      controller.install(chassis);
      var times = new ArrayList<long[]>();
      for (int round = 0; round < rounds; round++) {
        theirs.ofctl("del-flows");
        long ofctl = time(() -> addFlows(theirs, file));
        var plan = plan(flows);
        long first = time(() -> controller.install(chassis, plan));
        long gone = time(() -> controller.install(chassis));
        long again = time(() -> controller.install(chassis, plan));
        check(ours, theirs, flows);
        controller.install(chassis);
        System.out.printf(
            "ovs-ofctl %d ms; ours %d ms, with bytes known %d ms; deleted in %d ms%n",
            ofctl, first, again, gone);
        times.add(new long[] {ofctl, first, again, gone});
      }
      System.out.printf(
          "median of %d rounds, %d flows: ovs-ofctl %d ms, ours %d ms (%.2f), with bytes known %d"
              + " ms (%.2f), deleted in %d ms%n",
          rounds,
          flows,
          median(times, 0),
          median(times, 1),
          1.0 * median(times, 1) / median(times, 0),
          median(times, 2),
          1.0 * median(times, 2) / median(times, 0),
          median(times, 3));
    } finally {
      Files.delete(file);
    }
  }

  /** The limits of everyday use: on a busy machine a switch may be silent for seconds. */
  private static OpenflowSettings settings() {
    return OpenflowSettings.defaults().withListen(Controller.QUICK.listen());
  }

  private static void addFlows(OvsSwitch host, Path file) {
    host.ofctlBundle("add-flows", file.toString());
  }

  private static void check(OvsSwitch ours, OvsSwitch theirs, int flows) {
    if (ours.count() != flows || theirs.count() != flows) {
      throw new AssertionError(ours.count() + " and " + theirs.count() + " flows");
    }
  }

  private static long time(Runnable task) {
    long began = System.nanoTime();
    task.run();
    return (System.nanoTime() - began) / 1_000_000;
  }

  private static long median(List<long[]> times, int column) {
    return times.stream()
        .mapToLong(t -> t[column])
        .sorted()
        .skip(times.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  /** One unit for each flow, as most features make them. */
  private static List<Unit> plan(int flows) {
    return IntStream.range(0, flows).mapToObj(i -> unit(i, flow(i))).toList();
  }

  private static Flow flow(int i) {
    return Flow.of(
            Table.SWITCH_IN_NEIGHBOURS,
            100,
            Match.arp()
                .and(Field.DATAPATH, 7)
                .and(Field.INPORT, Bits.of(i >> 8), Bits.of(0xffffff))
                .and(Field.ETH_DST, 0x0a0000000000L + i)
                .and(Field.ARP_OP, 1)
                .and(Field.ARP_TPA, 0x0a000000 + i),
            Action.load(Field.OUTPORT, i & 0x7fff),
            Action.load(Field.CHASSIS, 5),
            Action.load(Field.ETH_SRC, 0x0a0000000000L + i))
        .then(Table.DELIVER);
  }

  private static String words(int i) {
    return ("cookie=%d,table=%d,priority=100,arp,metadata=7,reg14=0x%x/0xffffff,"
            + "dl_dst=0a:00:00:%02x:%02x:%02x,arp_op=1,arp_tpa=%d.%d.%d.%d,"
            + "actions=load:%d->NXM_NX_REG15[],load:5->NXM_NX_REG13[],"
            + "load:0x%x->NXM_OF_ETH_SRC[],goto_table:%d")
        .formatted(
            i + 1,
            Table.SWITCH_IN_NEIGHBOURS.number(),
            i >> 8,
            i >> 16 & 0xff,
            i >> 8 & 0xff,
            i & 0xff,
            10,
            i >> 16 & 0xff,
            i >> 8 & 0xff,
            i & 0xff,
            i & 0x7fff,
            0x0a0000000000L + i,
            Table.DELIVER.number());
  }
}
