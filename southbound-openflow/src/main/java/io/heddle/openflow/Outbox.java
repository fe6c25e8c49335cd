package io.heddle.openflow;

import io.heddle.openflow.wire.Line;
import io.heddle.openflow.wire.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

/**
 * Writes to a switch no faster than it reads: at most a window of chunks is with the library, which
 * itself would take any number.
 */
final class Outbox {
  private static final int CHUNK = 64 * 1024;
  private static final int WINDOW = 4;

  private final Line line;
  private final Queue<Iterator<Slice>> waiting = new ArrayDeque<>();
  private int outstanding;
  private boolean progressed;

  Outbox(Line line) {
    this.line = line;
  }

  /**
   * Sends whole messages, after all that were given before; each is asked for when its turn comes.
   */
  void send(Iterator<Slice> messages) {
    waiting.add(messages);
    pump();
  }

  void send(byte[] message) {
    send(List.of(Slice.of(message)).iterator());
  }

  /** Sends a message before all that waits; what keeps a connection alive must not queue up. */
  void sendNow(byte[] message) {
    line.send(List.of(Slice.of(message)), () -> progressed = true);
  }

  /** Something was written since the last time this was asked. */
  boolean progressed() {
    boolean was = progressed;
    progressed = false;
    return was;
  }

  private void pump() {
    while (outstanding < WINDOW && !waiting.isEmpty()) {
      outstanding++;
      line.send(chunk(), this::written);
    }
  }

  private List<Slice> chunk() {
    var chunk = new ArrayList<Slice>();
    for (int size = 0; size < CHUNK && !waiting.isEmpty(); ) {
      if (waiting.element().hasNext()) {
        var slice = waiting.element().next();
        chunk.add(slice);
        size += slice.length();
      } else {
        waiting.remove();
      }
    }
    return chunk;
  }

  private void written() {
    outstanding--;
    progressed = true;
    pump();
  }
}
