package io.heddle.flow;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.resubmit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlowTest {
  private static final Match TO_PORT = Match.of(Field.DATAPATH, 7).and(Field.OUTPORT, 3);

  private static void refused(Runnable flow) {
    assertThrows(IllegalArgumentException.class, flow::run);
  }

  @Test
  void aFlowGoesOnlyForward() {
    refused(() -> Flow.of(Table.LOCATE, 1, TO_PORT).then(Table.LOCATE));
    refused(() -> Flow.of(Table.LOCATE, 1, TO_PORT).then(Table.PHYSICAL_IN));
    refused(() -> Flow.of(Table.LOCATE, 1, TO_PORT, resubmit(Table.PHYSICAL_IN)));
    refused(
        () ->
            Flow.of(Table.LOCATE, 1, TO_PORT, Action.clone(resubmit(Table.SWITCH_IN_NEIGHBOURS))));
  }

  @Test
  void aFlowMatchesOnlyWhatItsTableDeclares() {
    refused(() -> Flow.of(Table.LOCATE, 1, Match.of(Field.ETH_DST, 1)));
  }

  @Test
  void theSwitchsOwnTableIsNotWritten() {
    refused(() -> Flow.of(Table.LEARNED, 1, TO_PORT));
    var elsewhere = new Action.Learn(Table.LOCATE, 1, 1, 1, List.of());
    refused(() -> Flow.of(Table.SWITCH_IN_LEARN, 1, Match.ALL, elsewhere));
  }

  @Test
  void registersAreUsedInTheirLifetimesOnly() {
    for (var table : Table.values()) {
      for (var field : table.matches()) {
        var registers = Register.in(field);
        assertTrue(
            registers.isEmpty() || registers.stream().anyMatch(r -> r.lifetime().includes(table)),
            () -> table + " may match " + field + ", which means nothing there");
      }
    }
    refused(() -> Flow.of(Table.LOCATE, 1, Match.ALL.and(Flag.LOOK_UP_AGAIN, true)));
    refused(() -> Flow.of(Table.LOCATE, 1, TO_PORT, Action.set(Flag.LOOK_UP_AGAIN)));
    refused(() -> Flow.of(Table.TUNNEL_IN, 1, Match.of(Field.FLAGS, 1)));
    refused(() -> Flow.of(Table.DELIVER, 1, TO_PORT, load(Field.CHASSIS, 1)));
    var late = Action.move(Field.CHASSIS, Field.OUTPORT);
    refused(() -> Flow.of(Table.DELIVER, 1, TO_PORT, late));
    refused(() -> Flow.of(Table.DELIVER, 1, TO_PORT, Action.clone(late)));
    refused(() -> learning(new Action.Spec.LoadValue(Bits.of(1), Field.FLAGS)));
    refused(() -> learning(new Action.Spec.LoadField(Field.ETH_SRC, Field.OUTPORT)));
    refused(() -> learning(new Action.Spec.MatchField(Field.INPORT, Field.CHASSIS)));
  }

  private static void learning(Action.Spec spec) {
    var learn = new Action.Learn(Table.LEARNED, 1, 1, 1, List.of(spec));
    Flow.of(Table.SWITCH_IN_LEARN, 1, Match.ALL, learn);
  }

  @Test
  void registersHaveTheirBitsForThemselves() {
    var headers = Arrays.stream(Field.values()).map(Field::header).toList();
    assertEquals(headers.size(), Set.copyOf(headers).size());
  }

  @Test
  void headersAreUsedWherePacketsHaveThem() {
    var target = Match.of(Field.ARP_TPA, 1);
    refused(() -> Flow.of(Table.SWITCH_IN_NEIGHBOURS, 1, target));
    refused(() -> Flow.of(Table.SWITCH_IN_NEIGHBOURS, 1, target.and(Field.ETH_TYPE, 0x0800)));
    refused(() -> Flow.of(Table.SWITCH_IN_NEIGHBOURS, 1, Match.ALL, load(Field.ARP_OP, 2)));
    refused(
        () ->
            Flow.of(
                Table.SWITCH_IN_NEIGHBOURS,
                1,
                Match.arp(),
                Action.move(Field.IPV4_SRC, Field.ARP_SPA)));
    refused(
        () -> Flow.of(Table.SWITCH_IN_NEIGHBOURS, 1, Match.arp(), load(Field.ETH_TYPE, 0x0800)));
    var part = Match.arp().and(Field.ARP_OP, Bits.of(1), Bits.of(1));
    refused(() -> Flow.of(Table.SWITCH_IN_NEIGHBOURS, 1, part));
  }

  @Test
  void valuesFitTheirFields() {
    refused(() -> Match.of(Field.ETH_TYPE, 0x10000));
    refused(() -> Match.ALL.and(Field.ETH_SRC, Bits.of(3), Bits.of(1)));
    refused(() -> Match.of(Field.OUTPORT, 1).and(Field.OUTPORT, 2));
    refused(() -> Flow.of(Table.LOCATE, 1, TO_PORT, load(Field.OUTPORT, 1L << 32)));
    refused(() -> Flow.of(Table.LOCATE, 0x10000, TO_PORT));
  }

  @Test
  void theCookieTellsFlowsApartByAllTheyConsistOf() {
    var flow = Flow.of(Table.LOCATE, 5, TO_PORT, load(Field.OUTPORT, 1)).then(Table.TRANSMIT);
    var same = Flow.of(Table.LOCATE, 5, TO_PORT, load(Field.OUTPORT, 1)).then(Table.TRANSMIT);
    assertEquals(flow.cookie(), same.cookie());
    for (var other :
        List.of(
            Flow.of(Table.DELIVER, 5, TO_PORT, load(Field.OUTPORT, 1)).then(Table.PHYSICAL_OUT),
            Flow.of(Table.LOCATE, 6, TO_PORT, load(Field.OUTPORT, 1)).then(Table.TRANSMIT),
            Flow.of(Table.LOCATE, 5, TO_PORT, load(Field.OUTPORT, 2)).then(Table.TRANSMIT),
            Flow.of(Table.LOCATE, 5, TO_PORT, load(Field.OUTPORT, 1)).then(Table.DELIVER),
            Flow.of(Table.LOCATE, 5, TO_PORT, load(Field.OUTPORT, 1)),
            Flow.of(Table.LOCATE, 5, Match.of(Field.DATAPATH, 7), load(Field.OUTPORT, 1))
                .then(Table.TRANSMIT))) {
      assertNotEquals(flow.cookie(), other.cookie(), other::toString);
    }
  }

  /** Or a restart would replace every flow of every switch. */
  @Test
  void theCookieIsTheSameInEveryProcess() {
    var flow = Flow.of(Table.PHYSICAL_IN, 5, Match.of(Field.IN_PORT, 3), load(Field.INPORT, 1));
    assertEquals("f1a33e64323b0209", Long.toHexString(flow.cookie()));
  }

  @Test
  void bitsShiftAcrossTheMiddle() {
    var bits = new Bits(0x1122334455667788L, 0x99aabbccddeeff00L);
    assertEquals(bits, Bits.of(bits.bytes(16)));
    assertEquals(new Bits(0x2233445566778899L, 0xaabbccddeeff0000L), bits.shiftLeft(8));
    assertEquals(new Bits(0x11, 0x2233445566778899L), bits.shiftRight(56));
    assertEquals(new Bits(0x99aabbccddeeff00L, 0), bits.shiftLeft(64));
    assertEquals(new Bits(0xff, -1), Bits.ones(72));
  }

  @Test
  void aFlowPuntsAtMostOnce() {
    var punt = Action.punt(Punt.ICMPV4_TIME_EXCEEDED);
    var allowed = Flow.of(Table.SWITCH_IN_NEIGHBOURS, 1, Match.ALL, Action.clone(punt));
    assertTrue(allowed.toString().contains("punt(ICMPV4_TIME_EXCEEDED,meter=1)"));
    refused(() -> Flow.of(Table.SWITCH_IN_NEIGHBOURS, 1, Match.ALL, punt, Action.clone(punt)));
    refused(() -> Flow.of(Table.SWITCH_IN_NEIGHBOURS, 1, Match.ALL, punt, punt));
    refused(() -> Flow.of(Table.PHYSICAL_IN, 1, Match.ALL, punt));
  }

  @Test
  void aFlowChecksForALengthThatThereIs() {
    Flow.of(Table.TRANSMIT, 1, Match.ALL, new Action.CheckLarger(0xffff, Flag.TOO_LARGE));
    refused(() -> larger(Table.TRANSMIT, 0));
    refused(() -> larger(Table.TRANSMIT, 0x10000));
    refused(() -> larger(Table.DELIVER, 1500));
  }

  private static Flow larger(Table table, int bytes) {
    return Flow.of(table, 1, Match.ALL, new Action.CheckLarger(bytes, Flag.TOO_LARGE));
  }

  @Test
  void aPuntsNoteReadsBack() {
    for (var reason : Punt.values()) {
      var punt = new Action.Punt(reason);
      assertEquals(Optional.of(punt), Action.Punt.read(punt.note()));
    }
    for (var strange : List.of("", " ", "ARP", "TCP_RESET ", "TCP_RESET 0", "x 1", "1")) {
      assertEquals(Optional.empty(), Action.Punt.read(strange), strange);
    }
  }

  @Test
  void metersHaveIdsOfTheirOwn() {
    var ids =
        IntStream.range(0, Meter.SHARES)
            .boxed()
            .flatMap(share -> Arrays.stream(Meter.values()).map(meter -> meter.id(share)))
            .toList();
    assertEquals(ids.size(), Set.copyOf(ids).size());
    assertTrue(ids.stream().allMatch(id -> id > 0 && id <= 0x10000));
  }

  @Test
  void portsOfOneRouterAndRoutersOfOneChassisHaveSharesOfTheirOwn() {
    var shares =
        IntStream.rangeClosed(1, 100)
            .boxed()
            .flatMap(
                datapath ->
                    IntStream.rangeClosed(0, 30).mapToObj(port -> Meter.share(datapath, port)))
            .toList();
    assertEquals(shares.size(), Set.copyOf(shares).size());
    assertTrue(shares.stream().allMatch(share -> share > 0 && share < Meter.SHARES));
    var last = Meter.share(0xff_ffff, 0x7fff);
    assertTrue(last > 0 && last < Meter.SHARES);
  }
}
