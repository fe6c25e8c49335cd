package io.heddle.it.packets;

import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Table;
import io.heddle.trace.Learned;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The flows a switch has, as ovs-ofctl(8) tells them. */
final class InstalledFlows {
  private static final Pattern COOKIE = Pattern.compile("cookie=(0x\\p{XDigit}+)");
  private static final Pattern LEARNED =
      Pattern.compile("cookie=(0x\\p{XDigit}+),.*metadata=(0x\\p{XDigit}+),dl_dst=([^ ,]+)");

  private final String dump;

  InstalledFlows(DummySwitch host) {
    this.dump = host.flows();
  }

  /** The switch has every flow of the plan and no other, beside what it learned. */
  void require(Collection<Flow> plan) {
    var has =
        lines(Predicate.not(InstalledFlows::learned))
            .map(COOKIE::matcher)
            .filter(m -> m.find())
            .map(m -> m.group(1))
            .sorted()
            .toList();
    var wanted = plan.stream().map(f -> cookie(f.cookie())).sorted().toList();
    if (!has.equals(wanted)) {
      throw new AssertionError("not the plan " + plan + ":\n" + dump);
    }
  }

  /** Each learned flow's cookie and what it matches. */
  TreeSet<String> learned() {
    return lines(InstalledFlows::learned)
        .map(LEARNED::matcher)
        .filter(m -> m.find())
        .map(m -> m.group(1) + " " + m.group(2) + " " + m.group(3))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** How {@link #learned()} would tell of it. */
  static String text(Learned.Entry entry) {
    var match = entry.key().match().fields();
    var mac = match.get(Field.ETH_DST).value().bytes(Field.ETH_DST.length());
    return cookie(entry.cookie())
        + (" " + match.get(Field.DATAPATH).value())
        + (" " + HexFormat.ofDelimiter(":").formatHex(mac));
  }

  private Stream<String> lines(Predicate<String> which) {
    return dump.lines().filter(line -> line.contains("cookie=")).filter(which);
  }

  private static boolean learned(String line) {
    return line.contains(" table=" + Table.LEARNED.number() + ",");
  }

  private static String cookie(long cookie) {
    return "0x" + Long.toHexString(cookie);
  }
}
