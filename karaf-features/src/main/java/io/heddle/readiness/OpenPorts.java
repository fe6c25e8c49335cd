package io.heddle.readiness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether this process listens on its ports. The kernel is asked, which disturbs nobody (a probing
 * connection would look like a host or a client to whoever accepts it) and does not take another
 * process' socket for this one's. Used by one thread.
 */
public final class OpenPorts {
  /** Every TCP socket of the machine, or of the container. */
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

  /** What this process has open; sockets are links to "socket:[INODE]". */
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** State TCP_LISTEN in those tables. */
  private static final String LISTENING = "0A";

  private final Map<String, Integer> ports;

  /** A socket keeps its inode for life, so what was found to be ours stays so. */
  private final Set<String> ours = new HashSet<>();

  /**
   * @param ports by who should listen there, as people call it
   */
  public OpenPorts(Map<String, Integer> ports) {
    this.ports = Map.copyOf(ports);
  }

  /** One sentence for each port on which this process does not listen. */
  public List<String> look() {
    try {
      var listening = listening();
      if (!ours.containsAll(listening.values().stream().flatMap(Set::stream).toList())) {
        ours.clear();
        ours.addAll(sockets());
        ours.retainAll(listening.values().stream().flatMap(Set::stream).toList());
      }
      return ports.entrySet().stream()
          .filter(e -> listening.get(e.getValue()).stream().noneMatch(ours::contains))
          .map(e -> e.getKey() + " does not listen on port " + e.getValue())
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of("the open ports cannot be listed: " + e);
    }
  }

  /** By each of the ports, the inodes of the sockets that listen there, whosever they are. */
  private Map<Integer, Set<String>> listening() throws IOException {
    var inodes = new HashMap<Integer, Set<String>>();
    ports.values().forEach(port -> inodes.put(port, new HashSet<>()));
    for (var table : TABLES) {
      if (Files.exists(table)) {
        try (var lines = Files.lines(table)) {
          lines.skip(1).forEach(line -> read(line.strip().split(" +"), inodes));
        }
      }
    }
    return inodes;
  }

  /**
   * Fields: number, local ADDRESS:PORT in hexadecimal, remote, state, …; the tenth is the inode.
   */
  private static void read(String[] fields, Map<Integer, Set<String>> into) {
    if (fields.length > 9 && fields[3].equals(LISTENING)) {
      int port = Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16);
      into.computeIfPresent(
          port,
          (p, inodes) -> {
            inodes.add("socket:[" + fields[9] + "]");
            return inodes;
          });
    }
  }

  private static Set<String> sockets() throws IOException {
    var sockets = new HashSet<String>();
    try (var descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
      for (var descriptor : descriptors) {
        try {
          sockets.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException e) {
          // Closed meanwhile.
        }
      }
    }
    return sockets;
  }
}
