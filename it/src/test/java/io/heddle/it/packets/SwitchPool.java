package io.heddle.it.packets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/** Switches that are started once and used again, each time cleared. */
public final class SwitchPool implements AutoCloseable {
  private final Path folder;
  private final List<DummySwitch> all = new ArrayList<>();
  private final Deque<DummySwitch> free = new ArrayDeque<>();

  /** A pool that begins with some switches, started side by side. */
  public SwitchPool(int size) throws IOException {
    // Not in the build's folder: the path of a Unix socket is short.
    this.folder = Files.createTempDirectory("heddle-packets-");
    all.addAll(IntStream.rangeClosed(1, size).parallel().mapToObj(this::start).toList());
    free.addAll(all);
    // A test run that is interrupted must not leave daemons behind.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> all.forEach(DummySwitch::kill)));
  }

  private DummySwitch start(int number) {
    try {
      return new DummySwitch(folder.resolve(String.valueOf(number)), number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A switch with nothing in it. */
  public DummySwitch take() {
    if (free.isEmpty()) {
      var more = start(all.size() + 1);
      all.add(more);
      free.add(more);
    }
    return free.removeFirst();
  }

  void give(DummySwitch unused) {
    unused.end();
    free.addLast(unused);
  }

  @Override
  public void close() throws IOException {
    for (var one : all) {
      one.close();
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
