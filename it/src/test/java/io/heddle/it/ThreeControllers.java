package io.heddle.it;

import io.heddle.it.PlainController.Ports;
import io.heddle.it.lab.Host;
import io.heddle.it.lab.Lab;
import io.heddle.it.lab.Seat;
import io.heddle.tls.Pki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/**
 * Three members of a cluster, m1, m2 and m3, each a process in a place of its own, and a lab whose
 * hosts find m1. All of them speak TLS with each other.
 */
final class ThreeControllers implements AutoCloseable {
  static final List<String> NAMES = List.of("m1", "m2", "m3");
  private static final int PORT = 6646;

  final Lab lab = Lab.up();
  private final Pki pki;
  private final Map<String, Seat> seats = new TreeMap<>();
  private final Map<String, ControllerProcess> members = new TreeMap<>();
  private final Map<String, Northbound> doors = new TreeMap<>();

  ThreeControllers(Path folder) {
    pki = new Pki(made(folder.resolve("pki")), "ca").issue("operator");
    for (var name : NAMES) {
      seats.put(name, lab.seat(name));
      pki.issue(name);
    }
    var access = written(folder.resolve("access"), "write certificate operator\n");
    for (var name : NAMES) {
      var ports = Ports.free();
      var arguments = new ArrayList<>(List.of(name, address(name)));
      NAMES.forEach(member -> arguments.add(member + "=" + address(member) + ":" + PORT));
      members.put(
          name,
          ControllerProcess.member(
              made(folder.resolve(name)),
              ports,
              seats.get(name),
              pki.files(name),
              access,
              arguments));
      doors.put(name, new Northbound(address(name), ports.grpc(), pki.files("operator"), name));
    }
  }

  private static Path written(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A host that can be told that time has passed. */
  Host host(String name, String underlay) {
    var files = pki.issue(name).files(name);
    return lab.host(
        name,
        underlay,
        "--warp",
        "--ssl",
        files.key().file() + "," + files.certificate().file() + "," + files.authorities().file(),
        "--manager",
        "ssl:" + address("m1") + ":" + member("m1").ports().ovsdb());
  }

  /** Starts some at once, for none is ready before a majority is. */
  void start(Collection<String> names) {
    var threads = Executors.newCachedThreadPool();
    names.stream()
        .map(name -> CompletableFuture.runAsync(member(name)::start, threads))
        .toList()
        .forEach(CompletableFuture::join);
    threads.shutdown();
  }

  ControllerProcess member(String name) {
    return members.get(name);
  }

  Northbound northbound(String member) {
    return doors.get(member);
  }

  Seat seat(String member) {
    return seats.get(member);
  }

  String address(String member) {
    return seats.get(member).address();
  }

  /** From now on no message gets from this member to another, nor back. */
  void cutOff(String member) {
    for (var other : NAMES) {
      if (!other.equals(member)) {
        seat(member).loses(address(other));
        seat(other).loses(address(member));
      }
    }
  }

  void mend(String member) {
    for (var other : NAMES) {
      if (!other.equals(member)) {
        seat(member).reaches(address(other));
        seat(other).reaches(address(member));
      }
    }
  }

  /** The member whose OpenFlow port this is. */
  String ofOpenflow(int port) {
    return members.entrySet().stream()
        .filter(e -> e.getValue().ports().openflow() == port)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    doors.values().forEach(Northbound::close);
    members.values().forEach(ControllerProcess::close);
    lab.close();
  }
}
