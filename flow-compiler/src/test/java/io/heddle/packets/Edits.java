package io.heddle.packets;

import com.google.protobuf.Message;
import io.heddle.model.Edit;
import io.heddle.model.Kind;
import io.heddle.model.Mtu;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.trace.Words;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.PortBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the commands of a data file change, as transactions; between two of them everything comes to
 * rest.
 */
public final class Edits {
  private final Snapshot snapshot;

  private Edits(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  /**
   * What a command changes.
   *
   * @throws IllegalArgumentException if it is none, or cannot be done
   */
  public static List<List<Operation>> read(Snapshot snapshot, String command) {
    var words = new Words(command);
    var edits = new Edits(snapshot);
    var verb = words.word("a command");
    var operations =
        switch (verb) {
          case "host" -> edits.host(words);
          case "switch" -> edits.logicalSwitch(words);
          case "port" -> edits.port(words);
          case "bind" -> edits.bind(words);
          case "unbind" -> edits.unbind(words);
          case "move" -> edits.move(words);
          case "enable" -> edits.enable(words, true);
          case "disable" -> edits.enable(words, false);
          case "addresses" -> edits.addresses(words);
          case "row" -> edits.row(words);
          case "set" -> edits.set(words);
          case "delete" -> edits.delete(words);
          default -> throw new IllegalArgumentException("there is no command " + verb);
        };
    words.end();
    return operations;
  }

  private List<List<Operation>> host(Words words) {
    var name = words.word("a name");
    var types = List.of(words.word("encapsulations").split(","));
    var ip = words.word("an IP address");
    var encap = Encap.newBuilder().setIp(ip);
    if (words.take("mtu")) {
      encap.putOptions(Mtu.OPTION, words.word("an MTU"));
    }
    var operations = new ArrayList<Operation>();
    var chassis = Chassis.newBuilder().setName(name).setDatapathId(datapathId(name));
    operations.add(Edit.put(chassis.build()));
    if (!snapshot.named(Schema.rows().kind(Chassis.class), name).isEmpty()) {
      var uuid = row(Chassis.class, name).uuid().toString();
      snapshot
          .index(Encap.class, "chassis", uuid)
          .forEach(old -> operations.add(Edit.delete(Encap.class, old)));
    }
    for (var type : types) {
      operations.add(Edit.put(encap.setChassis(name).setType(type).build()));
    }
    return List.of(operations);
  }

  /** Any, so long as it is the host's own and not 0. */
  private static String datapathId(String name) {
    return "%016x".formatted(0x1_0000_0000L | name.hashCode() & 0xffff_ffffL);
  }

  private List<List<Operation>> logicalSwitch(Words words) {
    var row = LogicalSwitch.newBuilder().setName(words.word("a name"));
    while (words.more()) {
      var entry = words.word("other_config").split("=", 2);
      row.putOtherConfig(entry[0], entry[1]);
    }
    return List.of(List.of(Edit.put(row.build())));
  }

  private List<List<Operation>> port(Words words) {
    var name = words.word("a name");
    words.expect("on");
    var port =
        LogicalSwitchPort.newBuilder().setName(name).setLogicalSwitch(words.word("a switch"));
    var operations = new ArrayList<Operation>();
    if (words.take("at")) {
      operations.add(claim(name, words.word("a host"), name));
    }
    if (words.take("disabled")) {
      port.setEnabled(false);
    }
    if (words.take("addresses")) {
      port.addAllAddresses(addressList(words));
    }
    operations.add(Edit.put(port.build()));
    return List.of(operations);
  }

  private List<List<Operation>> bind(Words words) {
    var port = words.word("a port");
    words.expect("at");
    var host = words.word("a host");
    var name = words.take("as") ? words.word("an interface") : port;
    return List.of(List.of(claim(port, host, name)));
  }

  private List<List<Operation>> unbind(Words words) {
    var name = words.word("an interface");
    var host = words.take("at") ? words.word("a host") : "";
    return List.of(List.of(Edit.delete(PortBinding.class, claimOf(name, host).uuid())));
  }

  private List<List<Operation>> move(Words words) {
    var name = words.word("an interface");
    words.expect("to");
    var host = words.word("a host");
    var claim = claimOf(name, "");
    var gone = Edit.delete(PortBinding.class, claim.uuid());
    var come = claim(claim.as(PortBinding.class).getLogicalPort(), host, name);
    return List.of(List.of(gone), List.of(come));
  }

  private List<List<Operation>> enable(Words words, boolean enabled) {
    var uuid = row(LogicalSwitchPort.class, words.word("a port")).uuid();
    var change = LogicalSwitchPort.newBuilder().setEnabled(enabled).build();
    return List.of(List.of(Edit.update(uuid, change, "enabled")));
  }

  private List<List<Operation>> addresses(Words words) {
    var uuid = row(LogicalSwitchPort.class, words.word("a port")).uuid();
    var change = LogicalSwitchPort.newBuilder().addAllAddresses(addressList(words)).build();
    return List.of(List.of(Edit.update(uuid, change, "addresses")));
  }

  private List<List<Operation>> row(Words words) {
    return List.of(List.of(Edit.put(read(AnyRow.kind(words.word("a kind")), words).value())));
  }

  private List<List<Operation>> set(Words words) {
    var kind = AnyRow.kind(words.word("a kind"));
    var uuid = row(kind.type(), words.word("a name")).uuid();
    var change = read(kind, words);
    var fields = change.fields().toArray(String[]::new);
    return List.of(List.of(Edit.update(uuid, change.value(), fields)));
  }

  /** A row that refers to one without a name by {@code FIELD=VALUE}. */
  private AnyRow read(Kind kind, Words words) {
    var row = AnyRow.read(kind, words);
    var value = row.value().toBuilder();
    for (var name : row.fields()) {
      var column = kind.column(name);
      var text = column.field().isRepeated() ? "" : row.value().getField(column.field()).toString();
      if (column.references().isPresent() && text.contains("=")) {
        var referred = AnyRow.kind(column.references().get());
        value.setField(column.field(), like(referred, new Words(text)).uuid().toString());
      }
    }
    return new AnyRow(value.build(), row.fields());
  }

  private List<List<Operation>> delete(Words words) {
    var word = words.word("a kind");
    var kind =
        switch (word) {
          case "port" -> Schema.rows().kind(LogicalSwitchPort.class);
          case "switch" -> Schema.rows().kind(LogicalSwitch.class);
          case "host" -> Schema.rows().kind(Chassis.class);
          default -> AnyRow.kind(word);
        };
    if (kind.nameColumn().isPresent()) {
      return List.of(List.of(Edit.delete(kind.type(), words.word("a name"))));
    }
    return List.of(List.of(Edit.delete(kind.type(), like(kind, words).uuid())));
  }

  /** The row with these values. */
  private Row like(Kind kind, Words words) {
    var like = AnyRow.read(kind, words);
    var found =
        snapshot.rows(kind).values().stream().filter(row -> like.agrees(row.value())).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(found.size() + " rows are like that");
    }
    return found.get(0);
  }

  private Operation claim(String port, String host, String name) {
    var chassis = row(Chassis.class, host).uuid().toString();
    return Edit.put(
        PortBinding.newBuilder()
            .setLogicalPort(port)
            .setChassis(chassis)
            .setInterface(name)
            .setOfport(freePort(chassis))
            .build());
  }

  private int freePort(String chassis) {
    Set<Integer> taken =
        claims()
            .map(row -> row.as(PortBinding.class))
            .filter(claim -> claim.getChassis().equals(chassis))
            .map(PortBinding::getOfport)
            .collect(Collectors.toSet());
    return IntStream.iterate(1, n -> n + 1)
        .filter(n -> !taken.contains(n))
        .findFirst()
        .orElseThrow();
  }

  private Row claimOf(String name, String host) {
    var found =
        claims()
            .filter(row -> row.as(PortBinding.class).getInterface().equals(name))
            .filter(
                row ->
                    host.isEmpty()
                        || row.as(PortBinding.class)
                            .getChassis()
                            .equals(row(Chassis.class, host).uuid().toString()))
            .toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(found.size() + " hosts have an interface " + name);
    }
    return found.get(0);
  }

  private Stream<Row> claims() {
    return snapshot.rows(PortBinding.class).values().stream();
  }

  private Row row(Class<? extends Message> type, String name) {
    var kind = Schema.rows().kind(type);
    if (kind.nameColumn().isEmpty()) {
      return like(kind, new Words(name));
    }
    return snapshot.named(kind, name).stream()
        .findFirst()
        .flatMap(uuid -> snapshot.row(kind, uuid))
        .orElseThrow(() -> new IllegalArgumentException("there is no " + kind + " " + name));
  }

  private static List<String> addressList(Words words) {
    var addresses = new ArrayList<String>();
    while (words.more()) {
      addresses.add(longMac(words.word("addresses")));
    }
    return addresses;
  }

  static String longMac(String text) {
    return text.replaceFirst("^(\\p{XDigit}{2}):(\\p{XDigit}{2})(?!:)", "$1:00:00:00:00:$2");
  }
}
