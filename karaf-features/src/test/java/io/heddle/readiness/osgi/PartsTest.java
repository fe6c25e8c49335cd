package io.heddle.readiness.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PartsTest {
  /** Stands for an exception of Heddle's, whose message is written for people. */
  private static final class TakenException extends RuntimeException {
    TakenException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  @Test
  void whatHeddleSaysComesFirst() {
    var inner = new IllegalStateException("Address already in use");
    var ours = new TakenException("OpenFlow cannot listen on port 6653", inner);
    assertEquals(
        "OpenFlow cannot listen on port 6653", cause(new ReflectiveOperationException(ours)));
  }

  @Test
  void elseTheInnermostCauseDoes() {
    var inner = new IllegalStateException("Address already in use");
    assertEquals("Address already in use", cause(new RuntimeException("wrapped", inner)));
    assertEquals("alone", cause(new RuntimeException("alone")));
  }

  @Test
  void withoutAMessageThePartIsNamed() {
    assertEquals("component x failed", cause(new NullPointerException()));
    assertEquals("component x failed", Parts.cause("x", null));
    assertEquals("component x failed", Parts.cause("x", ""));
  }

  @Test
  void framesAreNoMessages() {
    assertEquals(
        "why",
        Parts.cause(
            "x",
            Stream.of("a.B: why", "\tat a.B.c(B.java:1): no", "\t... 3 more")
                .reduce((a, b) -> a + "\n" + b)
                .get()));
  }

  private static String cause(Throwable failure) {
    var trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    return Parts.cause("x", trace.toString());
  }
}
