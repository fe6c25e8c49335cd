package io.heddle.northbound.ovsdb;

import com.google.common.collect.Iterators;
import io.heddle.northbound.ovsdb.Database.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The first contents of monitors: the text of one revision is made once, piece by piece as the
 * fastest reader needs it, for all clients that want the same. What is kept of all texts is
 * bounded: of one that had to go, whoever is in the middle makes the rest for itself, from the same
 * immutable rows.
 */
final class SharedContents {
  /** A text that nobody has read from for so long is forgotten. */
  static final Duration UNUSED = Duration.ofSeconds(10);

  private record Key(Database database, long revision, MonitorSpec spec) {}

  private final long maxBytes;

  /** The oldest first. */
  private final Map<Key, Text> texts = new LinkedHashMap<>();

  private long bytes;
  private long made;

  SharedContents(OvsdbLimits limits) {
    this.maxBytes = limits.contentsBytes();
  }

  /** All rows of the view that the monitor tells. */
  synchronized Iterator<byte[]> of(Monitor monitor, View view) {
    var key = new Key(monitor.database(), view.revision(), monitor.spec());
    return new Reader(texts.computeIfAbsent(key, k -> new Text(monitor.spec(), view)));
  }

  /** Forgets what nobody reads any more. */
  synchronized void sweep() {
    long now = System.nanoTime();
    for (var entry : List.copyOf(texts.entrySet())) {
      if (now - entry.getValue().used > UNUSED.toNanos()) {
        forget(entry.getKey());
      }
    }
  }

  private void forget(Key key) {
    var text = texts.remove(key);
    bytes -= text.bytes;
    text.forgotten = true;
    text.pieces.clear();
  }

  /** Of all that is kept. */
  synchronized long bytes() {
    return bytes;
  }

  /** How many pieces were made so far, for whomever. */
  synchronized long made() {
    return made;
  }

  /** Guarded by the object around it, like all that is in it. */
  private final class Text {
    private final MonitorSpec spec;
    private final View view;
    private final List<byte[]> pieces = new ArrayList<>();
    private Iterator<byte[]> making;
    private int next;
    private long bytes;
    private long used = System.nanoTime();
    private boolean forgotten;

    Text(MonitorSpec spec, View view) {
      this.spec = spec;
      this.view = view;
      this.making = anew();
    }

    private Iterator<byte[]> anew() {
      return new Chunks(new UpdateWriter(spec).initial(view.tables()));
    }

    private boolean has(int place) {
      return place < next || making.hasNext();
    }

    private byte[] piece(int place) {
      used = System.nanoTime();
      if (place < next) {
        return pieces.get(place);
      }
      var piece = making.next();
      made++;
      next++;
      pieces.add(piece);
      bytes += piece.length;
      SharedContents.this.bytes += piece.length;
      while (SharedContents.this.bytes > maxBytes) {
        forget(texts.keySet().iterator().next());
      }
      return piece;
    }

    /** All from the place on, for one reader alone: it goes on where the text ends, or begins. */
    private Iterator<byte[]> rest(int place) {
      if (place == next) {
        next = -1;
        return making;
      }
      var rest = anew();
      Iterators.advance(rest, place);
      made += place;
      return rest;
    }
  }

  private final class Reader implements Iterator<byte[]> {
    private final Text text;
    private Iterator<byte[]> own = Iterators.forArray();
    private boolean alone;
    private int place;

    Reader(Text text) {
      this.text = text;
    }

    @Override
    public boolean hasNext() {
      synchronized (SharedContents.this) {
        return isAlone() ? own.hasNext() : text.has(place);
      }
    }

    @Override
    public byte[] next() {
      synchronized (SharedContents.this) {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        if (!alone) {
          return text.piece(place++);
        }
        made++;
        return own.next();
      }
    }

    private boolean isAlone() {
      if (text.forgotten && !alone) {
        alone = true;
        own = text.rest(place);
      }
      return alone;
    }
  }
}
