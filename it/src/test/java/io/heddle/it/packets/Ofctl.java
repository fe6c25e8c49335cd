package io.heddle.it.packets;

import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Table;
import io.heddle.trace.Learned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What ovs-ofctl(8) does to one switch's br-int. */
final class Ofctl {
  private static final Pattern COOKIE = Pattern.compile("cookie=0x(\\p{XDigit}+)");
  private static final Pattern LEARNED =
      Pattern.compile("cookie=(0x\\p{XDigit}+),.*metadata=(0x\\p{XDigit}+),dl_dst=(\\S+)");

  private final DummySwitch host;
  private Map<Long, Flow> installed = new HashMap<>();

  Ofctl(DummySwitch host) {
    this.host = host;
  }

  void mapTunnelOption() {
    call("add-tlv-map", "{class=0x102,type=0x80,len=4}->tun_metadata0");
  }

  /** Makes the switch have these flows and no others beside what it learned. */
  void install(Collection<Flow> flows) {
    var wanted = flows.stream().collect(Collectors.toMap(Flow::cookie, f -> f));
    var lines = new ArrayList<String>();
    installed.values().stream()
        .filter(flow -> !wanted.containsKey(flow.cookie()))
        .forEach(flow -> lines.add("delete cookie=" + FlowText.cookie(flow.cookie()) + "/-1"));
    wanted.values().stream()
        .filter(flow -> !installed.containsKey(flow.cookie()))
        .forEach(flow -> lines.add("add " + FlowText.of(flow)));
    installed = wanted;
    if (lines.isEmpty()) {
      return;
    }
    try {
      Files.write(Path.of(host.path("flows")), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    call("--bundle", "add-flows", host.path("flows"));
    requireInstalled();
  }

  /** The switch took every flow, and none took another's place. */
  private void requireInstalled() {
    var has = new TreeSet<Long>();
    dump()
        .lines()
        .filter(line -> !line.contains(" table=" + Table.LEARNED.number() + ","))
        .forEach(
            line -> {
              var matcher = COOKIE.matcher(line);
              if (matcher.find()) {
                has.add(Long.parseUnsignedLong(matcher.group(1), 16));
              }
            });
    if (!has.equals(new TreeSet<>(installed.keySet()))) {
      throw new AssertionError("not the flows that were sent:\n" + dump());
    }
  }

  String dump() {
    return call("dump-flows");
  }

  /** Each learned flow's cookie and what it matches. */
  TreeSet<String> learned() {
    return call("dump-flows", "table=" + Table.LEARNED.number())
        .lines()
        .map(LEARNED::matcher)
        .filter(m -> m.find())
        .map(m -> m.group(1) + " " + m.group(2) + " " + m.group(3))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** How {@link #learned()} would tell of it. */
  static String text(Learned.Entry entry) {
    var match = entry.key().match().fields();
    var mac = match.get(Field.ETH_DST).value().bytes(Field.ETH_DST.length());
    return FlowText.cookie(entry.cookie())
        + (" " + match.get(Field.DATAPATH).value())
        + (" " + HexFormat.ofDelimiter(":").formatHex(mac));
  }

  private String call(String... words) {
    var command = new ArrayList<String>();
    command.add("ovs-ofctl");
    command.add("-OOpenFlow13");
    var bridge = host.path("br-int.mgmt");
    int verb = words[0].startsWith("--") ? 2 : 1;
    for (int i = 0; i < words.length; i++) {
      command.add(words[i]);
      if (i == verb - 1) {
        command.add(bridge);
      }
    }
    return host.run(command.toArray(String[]::new));
  }
}
