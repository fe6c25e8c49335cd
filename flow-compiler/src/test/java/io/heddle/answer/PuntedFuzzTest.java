package io.heddle.answer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Punt;
import io.heddle.trace.Packet;
import java.util.Arrays;
import java.util.Map;

/** Whatever frame a tenant makes its switch hand over: an answer is made, or none. */
class PuntedFuzzTest {
  private final Answers answers = new Answers(Answers.ROUTING, Punted.NOTHING);

  /** A byte for the reason, then the frame. */
  @FuzzTest(maxDuration = "60s")
  void answer(byte[] bytes) {
    if (bytes.length < 1 + Packet.SHORTEST || bytes.length > Packet.LONGEST) {
      return;
    }
    var reasons = Punt.values();
    var reason = reasons[(bytes[0] & 0xff) % reasons.length];
    var packet = Packet.of(Arrays.copyOfRange(bytes, 1, bytes.length));
    packet.toString();
    var registers = Map.of(Field.DATAPATH, Bits.of(1), Field.MTU, Bits.of(1400));
    answers
        .answer(new PuntedPacket(new Action.Punt(reason), packet, registers))
        .ifPresent(injection -> injection.packet().toString());
  }
}
