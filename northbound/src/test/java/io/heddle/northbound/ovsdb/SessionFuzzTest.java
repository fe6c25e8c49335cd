package io.heddle.northbound.ovsdb;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.DecoderException;
import io.heddle.model.Membership.View;
import io.heddle.model.MemoryStore;
import io.heddle.northbound.SettableMembership;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Whatever bytes a client of the northbound database sends, it is answered or closed. */
class SessionFuzzTest {
  private static final OvsdbLimits LIMITS = OvsdbLimits.DEFAULT;

  @FuzzTest(maxDuration = "60s")
  void bytes(byte[] bytes) {
    var membership = new SettableMembership(View.alone("heddle", 1));
    var database = new StoreDatabase(new MemoryStore(), membership, LIMITS);
    var self = new ServerDatabase(List.of(database), membership, LIMITS);
    try {
      var databases = new Databases(UUID.randomUUID(), List.of(database, self));
      var client = new Hungry();
      var session =
          new Session(
              client,
              new Session.Server(
                  databases,
                  new Locks<>(),
                  new SharedUpdates(LIMITS),
                  new SharedContents(LIMITS),
                  LIMITS));
      for (var request : requests(bytes)) {
        if (client.isReady()) {
          take(session, client, request);
        }
        client.runAll();
      }
      session.closed();
    } finally {
      self.close();
      database.close();
    }
  }

  private static void take(Session session, Hungry client, String request) {
    try {
      session.take(Message.of(Json.read(new StringReader(request), LIMITS)));
    } catch (IOException | Message.MalformedException refused) {
      client.close(refused.getMessage());
    }
  }

  /** What the decoder cuts the bytes into, wherever the network cuts them. */
  private static List<String> requests(byte[] bytes) {
    var channel = new EmbeddedChannel(new RequestDecoder(LIMITS, new AtomicLong()));
    int half = bytes.length / 2;
    try {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, half));
      channel.writeInbound(Unpooled.copiedBuffer(bytes, half, bytes.length - half));
    } catch (DecoderException malformed) {
      // What came before it counts.
    }
    var requests = new ArrayList<String>();
    for (ByteBuf in = channel.readInbound(); in != null; in = channel.readInbound()) {
      requests.add(in.toString(StandardCharsets.UTF_8));
      in.release();
    }
    try {
      channel.finishAndReleaseAll();
    } catch (DecoderException malformed) {
      // The end is told of as well.
    }
    return requests;
  }
}
