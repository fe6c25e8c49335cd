package io.heddle.it;

import io.heddle.it.PlainController.Ports;
import io.heddle.it.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** Three members of a cluster, m1, m2 and m3, each a process, and a lab whose hosts find m1. */
final class ThreeControllers implements AutoCloseable {
  private static final List<String> NAMES = List.of("m1", "m2", "m3");

  final Lab lab;
  private final Map<String, ControllerProcess> members = new TreeMap<>();
  private final Map<String, Northbound> doors = new TreeMap<>();

  ThreeControllers(Path folder) {
    var ports = new TreeMap<String, Ports>();
    var addresses = new ArrayList<String>();
    for (var name : NAMES) {
      ports.put(name, Ports.free());
      addresses.add(name + "=" + Lab.freePort());
    }
    lab = Lab.up(ports.get("m1").ovsdb());
    for (var name : NAMES) {
      var arguments = new ArrayList<>(List.of(name, lab.controllerAddress()));
      arguments.addAll(addresses);
      members.put(
          name, ControllerProcess.member(made(folder.resolve(name)), ports.get(name), arguments));
      doors.put(name, new Northbound(ports.get(name).grpc()));
    }
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts all at once, for none is ready before a majority is. */
  void start() {
    var threads = Executors.newCachedThreadPool();
    members.values().stream()
        .map(member -> CompletableFuture.runAsync(member::start, threads))
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
