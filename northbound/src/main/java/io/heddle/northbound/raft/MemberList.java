package io.heddle.northbound.raft;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of a cluster as the configuration lists them.
 *
 * @param self this member's name
 * @param listen where it listens for the others; what the list says of it, unless that is
 *     overridden
 * @param members where each is reached by the others, this one among them
 */
public record MemberList(
    String self, InetSocketAddress listen, Map<String, InetSocketAddress> members) {
  private static final Logger LOG = LoggerFactory.getLogger(MemberList.class);

  /** What a cluster has at most: each commit waits for a majority of them. */
  public static final int MOST = 7;

  private static final Pattern ENTRY =
      Pattern.compile(
          "(?<name>[^=]+)=(?:\\[(?<six>[^]]+)]|(?<host>[^:\\[\\]]+)):(?<port>\\d{1,5})");

  /**
   * Reads the settings {@code cluster.*}.
   *
   * @param member this member's name; empty where there is no cluster
   * @param members "name=host:port" for each member, with commas or spaces between them
   * @param address where to listen instead of the host in the list; may be empty
   * @param port where to listen instead of the port in the list; may be empty
   * @return empty where there is no cluster
   * @throws IllegalArgumentException where the settings make no sense; the message names the
   *     setting
   */
  public static Optional<MemberList> parse(
      String member, String members, String address, String port) {
    var self = member.strip();
    var entries = new TreeMap<String, InetSocketAddress>();
    for (var entry : members.strip().split("[\\s,]+")) {
      if (!entry.isEmpty()) {
        add(entries, entry);
      }
    }
    if (self.isEmpty()) {
      if (!entries.isEmpty() || !address.isBlank() || !port.isBlank()) {
        throw new IllegalArgumentException(
            "cluster.member does not say which of the members this is");
      }
      return Optional.empty();
    }
    if (!entries.containsKey(self)) {
      throw new IllegalArgumentException(
          "cluster.members does not name cluster.member \"%s\": it has %s"
              .formatted(self, entries.keySet()));
    }
    if (entries.size() > MOST) {
      throw new IllegalArgumentException(
          "cluster.members has %d members; there may be %d".formatted(entries.size(), MOST));
    }
    if (entries.size() % 2 == 0) {
      LOG.warn(
          "A cluster of {} members bears the loss of no more of them than one of {}: have 3 or 5",
          entries.size(),
          entries.size() - 1);
    }
    return Optional.of(new MemberList(self, listen(entries.get(self), address, port), entries));
  }

  private static void add(Map<String, InetSocketAddress> entries, String text) {
    var entry = ENTRY.matcher(text);
    if (!entry.matches()) {
      throw new IllegalArgumentException(
          "cluster.members holds \"" + text + "\", which is not name=host:port");
    }
    var name = entry.group("name");
    StoreSettings.checkName(name);
    var host = Optional.ofNullable(entry.group("six")).orElse(entry.group("host"));
    // Not resolved here: another member's name may not be known yet.
    var at = InetSocketAddress.createUnresolved(host, port("cluster.members", entry.group("port")));
    entries.forEach(
        (other, where) -> {
          if (where.equals(at)) {
            throw new IllegalArgumentException(
                "cluster.members has both " + other + " and " + name + " at " + host);
          }
        });
    if (entries.put(name, at) != null) {
      throw new IllegalArgumentException("cluster.members names " + name + " twice");
    }
  }

  private static InetSocketAddress listen(InetSocketAddress own, String address, String port) {
    var host = address.isBlank() ? own.getHostString() : address.strip();
    try {
      return new InetSocketAddress(
          InetAddress.getByName(host),
          port.isBlank() ? own.getPort() : port("cluster.port", port.strip()));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          (address.isBlank() ? "cluster.members" : "cluster.address")
              + " says that this member is at \""
              + host
              + "\", which is no address",
          e);
    }
  }

  private static int port(String setting, String text) {
    int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(setting + " has \"" + text + "\", which is no port");
    }
    return port;
  }
}
