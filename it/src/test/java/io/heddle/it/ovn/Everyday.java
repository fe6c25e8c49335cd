package io.heddle.it.ovn;

import com.google.protobuf.Message;
import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPolicy;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.StaticMacBinding;
import io.heddle.v1.StaticRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The commands of ovn-nbctl that people use, for the rows that have such. */
final class Everyday {
  private static final Map<String, String> DELETIONS =
      Map.of(
          "LogicalSwitch", "ls-del",
          "LogicalSwitchPort", "lsp-del",
          "LogicalRouter", "lr-del",
          "LogicalRouterPort", "lrp-del");

  /** Of which ovn-nbctl drops the length. */
  private static final Pattern HOST_ROUTE = Pattern.compile("/(32|128)$");

  private Everyday() {}

  /** A command that makes a row, and the columns that it gives a value. */
  record Creation(Set<String> said, List<String> words) {
    Creation(Set<String> said, String... words) {
      this(said, List.of(words));
    }
  }

  /**
   * The command that makes a row.
   *
   * @param said the columns in which the row says something
   * @return nothing where there is none, or where it leaves something out that could not be said
   *     afterwards, of a row without a name
   */
  static Optional<Creation> creation(Kind kind, Message row, List<Column> said) {
    return creation(row)
        .filter(
            creation ->
                kind.nameColumn().isPresent()
                    || said.stream().allMatch(c -> creation.said().contains(c.name())));
  }

  private static Optional<Creation> creation(Message row) {
    if (row instanceof LogicalSwitch network) {
      return Optional.of(new Creation(Set.of("name"), "ls-add", network.getName()));
    } else if (row instanceof LogicalSwitchPort port) {
      var said = Set.of("name", "logical_switch");
      return Optional.of(new Creation(said, "lsp-add", port.getLogicalSwitch(), port.getName()));
    } else if (row instanceof LogicalRouter router) {
      return Optional.of(new Creation(Set.of("name"), "lr-add", router.getName()));
    } else if (row instanceof LogicalRouterPort port && port.getNetworksCount() > 0) {
      return Optional.of(creation(port));
    } else if (row instanceof StaticRoute route
        && !route.getNexthop().isEmpty()
        && !HOST_ROUTE.matcher(route.getIpPrefix()).find()) {
      return Optional.of(creation(route));
    } else if (row instanceof LogicalRouterPolicy policy) {
      return Optional.of(creation(policy));
    } else if (row instanceof StaticMacBinding binding) {
      var said = Set.of("logical_port", "ip", "mac");
      var words =
          List.of(
              "static-mac-binding-add",
              binding.getLogicalPort(),
              binding.getIp(),
              binding.getMac());
      return Optional.of(new Creation(said, words));
    }
    return Optional.empty();
  }

  private static Creation creation(LogicalRouterPort port) {
    var words = new ArrayList<String>();
    words.addAll(List.of("lrp-add", port.getLogicalRouter(), port.getName(), port.getMac()));
    words.addAll(port.getNetworksList());
    if (port.hasPeer()) {
      words.add("peer=" + port.getPeer());
    }
    return new Creation(Set.of("name", "logical_router", "mac", "networks", "peer"), words);
  }

  private static Creation creation(StaticRoute route) {
    var words = new ArrayList<String>();
    if (!route.getNexthop().equals("discard")) {
      words.add("--ecmp");
    }
    if (route.hasPolicy()) {
      words.add("--policy=" + route.getPolicy());
    }
    if (!route.getRouteTable().isEmpty()) {
      words.add("--route-table=" + route.getRouteTable());
    }
    words.addAll(List.of("lr-route-add", route.getLogicalRouter()));
    words.addAll(List.of(route.getIpPrefix(), route.getNexthop()));
    if (route.hasOutputPort()) {
      words.add(route.getOutputPort());
    }
    var said =
        Set.of("logical_router", "ip_prefix", "nexthop", "policy", "route_table", "output_port");
    return new Creation(said, words);
  }

  private static Creation creation(LogicalRouterPolicy policy) {
    var words = new ArrayList<>(List.of("lr-policy-add", policy.getLogicalRouter()));
    words.addAll(List.of("" + policy.getPriority(), policy.getMatch(), policy.getAction()));
    if (policy.getNexthopsCount() > 0) {
      words.add(String.join(",", policy.getNexthopsList()));
    }
    policy.getOptionsMap().forEach((key, value) -> words.add(key + "=" + value));
    var said = Set.of("logical_router", "priority", "match", "action", "nexthops", "options");
    return new Creation(said, words);
  }

  /** The command that gives one column of a row all its values, if there is one. */
  static Optional<List<String>> setting(String name, Column column, Message row) {
    var words = new ArrayList<String>();
    if (column.isDefault(row)) {
      return Optional.empty();
    } else if (row instanceof LogicalSwitchPort port) {
      switch (column.name()) {
        case "addresses" -> command(words, "lsp-set-addresses", name, port.getAddressesList());
        case "type" -> command(words, "lsp-set-type", name, List.of(port.getType()));
        case "options" -> command(words, "lsp-set-options", name, pairs(port.getOptionsMap()));
        case "enabled" -> command(words, "lsp-set-enabled", name, state(port.getEnabled()));
        default -> {}
      }
    } else if (row instanceof LogicalRouterPort port) {
      switch (column.name()) {
        case "options" -> command(words, "lrp-set-options", name, pairs(port.getOptionsMap()));
        case "enabled" -> command(words, "lrp-set-enabled", name, state(port.getEnabled()));
        default -> {}
      }
    }
    return words.isEmpty() ? Optional.empty() : Optional.of(words);
  }

  private static void command(List<String> words, String verb, String name, List<String> rest) {
    words.addAll(List.of(verb, name));
    words.addAll(rest);
  }

  private static List<String> pairs(Map<String, String> options) {
    return options.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  private static List<String> state(boolean enabled) {
    return List.of(enabled ? "enabled" : "disabled");
  }

  /** The command that takes the row of a name away, if there is one. */
  static Optional<List<String>> deletion(Kind kind, String name) {
    return Optional.ofNullable(DELETIONS.get(kind.name())).map(verb -> List.of(verb, name));
  }
}
