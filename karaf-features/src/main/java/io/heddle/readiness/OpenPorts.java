package io.heddle.readiness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether this process listens on its ports. The kernel is asked, which disturbs nobody (a probing
 * connection would look like a host or a client to whoever accepts it) and does not take another
 * process' socket for this one's. Used by one thread.
 *
 * <p>The kernel's list costs it a walk through a table of all connections that there might be, 10
 * ms on a machine with much memory. But who listens does so until it closes the socket: so that it
 * is still open is all that is asked once it was found.
 */
public final class OpenPorts {
  /** Every TCP socket of the machine, or of the container. */
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

  /** What this process has open. */
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** State TCP_LISTEN in those tables. */
  private static final String LISTENING = "0A";

  /**
   * What a descriptor is a link to, which for a socket is "socket:[INODE]". No other socket ever
   * has its inode as long as it is open.
   */
  private record Descriptor(Path file, Path socket) {
    boolean isOpen() {
      try {
        return Files.readSymbolicLink(file).equals(socket);
      } catch (IOException e) {
        return false;
      }
    }
  }

  private final Map<String, Integer> ports;

  /** Where this process listens, by port. */
  private Map<Integer, Descriptor> found = Map.of();

  private int searches;

  /**
   * @param ports by who should listen there, as people call it
   */
  public OpenPorts(Map<String, Integer> ports) {
    this.ports = Map.copyOf(ports);
  }

  /** One sentence for each port on which this process does not listen. */
  public List<String> look() {
    if (found.keySet().containsAll(ports.values())
        && found.values().stream().allMatch(Descriptor::isOpen)) {
      return List.of();
    }
    try {
      found = search();
    } catch (IOException e) {
      found = Map.of();
      return List.of("the open ports cannot be listed: " + e);
    }
    return ports.entrySet().stream()
        .filter(e -> !found.containsKey(e.getValue()))
        .map(e -> e.getKey() + " does not listen on port " + e.getValue())
        .sorted()
        .toList();
  }

  /** How often the kernel was asked for its list. */
  int searches() {
    return searches;
  }

  private Map<Integer, Descriptor> search() throws IOException {
    searches++;
    var listening = listening(Set.copyOf(ports.values()));
    var ours = new HashMap<Integer, Descriptor>();
    try (var descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
      for (var descriptor : descriptors) {
        try {
          var socket = Files.readSymbolicLink(descriptor);
          if (listening.containsKey(socket)) {
            ours.put(listening.get(socket), new Descriptor(descriptor, socket));
          }
        } catch (NoSuchFileException e) {
          // Closed meanwhile.
        }
      }
    }
    return ours;
  }

  /** The sockets that listen on one of the ports, whosever they are. */
  private static Map<Path, Integer> listening(Set<Integer> ports) throws IOException {
    var sockets = new HashMap<Path, Integer>();
    for (var table : TABLES) {
      if (Files.exists(table)) {
        try (var lines = Files.lines(table)) {
          lines.skip(1).forEach(line -> read(line.strip().split(" +"), sockets));
        }
      }
    }
    sockets.values().retainAll(ports);
    return sockets;
  }

  /**
   * Fields: number, local ADDRESS:PORT in hexadecimal, remote, state, …; the tenth is the inode.
   */
  private static void read(String[] fields, Map<Path, Integer> into) {
    if (fields.length > 9 && fields[3].equals(LISTENING)) {
      int port = Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16);
      into.put(Path.of("socket:[" + fields[9] + "]"), port);
    }
  }
}
