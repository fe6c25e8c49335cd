package io.heddle.northbound.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.StatusRuntimeException;
import io.heddle.model.Edit;
import io.heddle.northbound.History;
import io.heddle.northbound.grpc.GrpcServer;
import io.heddle.northbound.grpc.GrpcSettings;
import io.heddle.northbound.grpc.Served;
import io.heddle.v1.RowRef;
import io.heddle.v1.api.WatchEvent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where one server does not answer, the next is asked. */
@Timeout(60)
class SeveralServersTest {
  private static final RowRef S1 =
      RowRef.newBuilder().setKind("LogicalSwitch").setName("s1").build();

  private static String nobody() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void callsGoToWhoeverAnswers() throws Exception {
    try (var served = new Served();
        var client =
            new HeddleClient(nobody() + ", 127.0.0.1:" + served.server.port() + "," + nobody())) {
      client.commit(Edit.transaction(Served.aSwitch("s1")));
      assertEquals("s1", RowText.name(client.get(S1)));
      assertEquals(1, client.list("LogicalSwitch", List.of()).size());
      assertEquals(1, client.status().getRevision());
    }
  }

  @Test
  void nobodyAtAllIsTold() throws Exception {
    try (var client = new HeddleClient(nobody() + "," + nobody())) {
      assertThrows(StatusRuntimeException.class, () -> client.get(S1));
    }
  }

  @Test
  void aWatchGoesOnAtTheNext() throws Exception {
    try (var served = new Served();
        var history = new History(served.store, History.DEFAULT_CAPACITY);
        var first =
            new GrpcServer(
                served.store,
                served.progress,
                served.problems,
                history,
                List::of,
                GrpcSettings.DEFAULT.withPort(0));
        var client =
            new HeddleClient("127.0.0.1:" + first.port() + ",127.0.0.1:" + served.server.port())) {
      served.commit(Served.aSwitch("s1"));
      var events = client.watch(0, List.of("LogicalSwitch"));
      assertEquals("s1", nextName(events));
      first.close();
      served.commit(Served.aSwitch("s2"));
      assertEquals("s2", nextName(events));
      served.commit(Served.aSwitch("s3"));
      assertEquals("s3", nextName(events));
    }
  }

  private static String nextName(Iterator<WatchEvent> events) {
    while (true) {
      var event = events.next();
      if (event.getChangesCount() > 0) {
        assertEquals(1, event.getChangesCount(), event.toString());
        return RowText.name(event.getChanges(0).getAfter());
      }
    }
  }
}
