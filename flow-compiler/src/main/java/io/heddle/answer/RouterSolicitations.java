package io.heddle.answer;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.trace.Headers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Answers hosts that ask for routers (RFC 4861 section 6.2.6), each by all routers of its network
 * and to itself alone, so that nobody's question is heard by others twice.
 */
public final class RouterSolicitations extends PuntedLink {
  /** ff02::1, for who has no address yet. */
  static final Bits ALL_NODES = new Bits(0xff02_0000_0000_0000L, 1);

  private static final int ADDRESS = 16;

  private final Advertisers advertisers;

  /**
   * @param others takes what is no such question
   */
  public RouterSolicitations(Advertisers advertisers, Punted others) {
    super(others);
    this.advertisers = advertisers;
  }

  @Override
  public void punted(UUID chassis, PuntedPacket packet, Injector back) {
    if (packet.why().reason() == Punt.ROUTER_SOLICITATION) {
      answers(packet).forEach(back::inject);
    } else {
      passOn(chassis, packet, back);
    }
  }

  /** One of each router; none to what is no proper question. */
  public List<Injection> answers(PuntedPacket question) {
    var original = new Original(question.packet());
    if (!original.is(Headers.IPV6) || original.groupSender()) {
      return List.of();
    }
    var source = original.source();
    boolean nobody = Bits.of(source).isZero();
    var address = nobody ? ALL_NODES.bytes(ADDRESS) : source;
    var mac = Arrays.copyOfRange(question.packet().bytes(), 6, 12);
    var registers =
        Map.of(
            Field.DATAPATH, question.register(Field.DATAPATH),
            Field.OUTPORT, question.register(Field.INPORT));
    return advertisers.in((int) question.register(Field.DATAPATH).low()).stream()
        .map(a -> new Injection(a.advertisement().to(mac, address), registers, Table.LOCATE))
        .toList();
  }
}
