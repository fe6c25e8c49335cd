package io.heddle.northbound.ovsdb;

import io.heddle.northbound.access.Access;
import io.heddle.northbound.access.Credentials;
import io.heddle.northbound.access.Door;
import io.heddle.northbound.access.Visitor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** A client that takes everything at once. */
final class Hungry implements Session.Client {
  private final Visitor visitor =
      new Door("ovsdb", "heddle", Access.unsaid())
          .visitor(
              new Credentials(
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(new InetSocketAddress("127.0.0.1", 1))));
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final StringBuilder taken = new StringBuilder();
  private boolean open = true;

  @Override
  public Visitor visitor() {
    return visitor;
  }

  @Override
  public boolean isReady() {
    return open;
  }

  @Override
  public void send(byte[] bytes) {
    taken.append(new String(bytes, StandardCharsets.UTF_8));
  }

  @Override
  public void flush() {}

  @Override
  public void reading(boolean wanted) {}

  @Override
  public void close(String why) {
    open = false;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void runAfter(long milliseconds, Runnable task) {}

  /** Runs what was to be run soon, and returns how many tasks that were. */
  int runAll() {
    int ran = 0;
    for (; !tasks.isEmpty(); ran++) {
      tasks.remove().run();
    }
    return ran;
  }

  /** What was sent since this was last asked. */
  String taken() {
    var text = taken.toString();
    taken.setLength(0);
    return text;
  }
}
