package io.heddle.feature;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.engine.Domain;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Ip;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import io.heddle.model.Prefix;
import java.util.List;
import java.util.stream.Stream;

/**
 * Packets that claim to come from, or want to go to, addresses that no packet in a network may have
 * get no further than the first router (RFC 1812 section 5.3.7, RFC 4291 section 2), and neither do
 * those to group addresses, which routers do not send on. They are dropped without a word.
 */
public final class Martians implements Feature {
  private static final int PRIORITY = 200;

  /** This network, loopback, groups, reserved and broadcast; unspecified, loopback, groups. */
  private static final List<String> NETWORKS =
      List.of("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/128", "::1/128", "ff00::/8");

  @Override
  public List<Rule<?>> rules() {
    return List.of(Rule.forEach(new Domain.Once(), (once, network, out) -> emit(out)));
  }

  private static void emit(Emission.Sink out) {
    Stream.concat(
            NETWORKS.stream().map(text -> in(text, true)),
            NETWORKS.stream().map(text -> in(text, false)))
        .forEach(
            match ->
                out.flow(new Layer.Pipeline(), Flow.of(Table.ROUTER_IN_LOCAL, PRIORITY, match)));
  }

  private static Match in(String text, boolean source) {
    var prefix = Prefix.of(text);
    var ip = Ip.of(prefix.address().getBytes());
    Field field = source ? ip.family().source() : ip.family().destination();
    return ip.in(field, prefix.length(), Match.ALL);
  }
}
