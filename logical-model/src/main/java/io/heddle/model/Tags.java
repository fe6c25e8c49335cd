package io.heddle.model;

import io.heddle.v1.LogicalSwitchPort;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The part of settling a draft that gives ports their VLAN tags, by which a parent's port tells its
 * children apart: the tag that a port requests or, where it requests 0 and has a parent, one that
 * no other child of that parent has: its own, or else the lowest (ovn-nb(5), tag_request). A port
 * that requests none has what is written.
 */
final class Tags {
  /** The largest VLAN identifier that the tag's twelve bits hold. */
  static final int LAST = 4095;

  private final Draft draft;
  private final Set<UUID> asking = new LinkedHashSet<>();
  private final Map<String, BitSet> taken = new HashMap<>();

  Tags(Draft draft) {
    this.draft = draft;
  }

  void settle() {
    for (var place : draft.places()) {
      if (place.kind().equals(AddressBook.PORTS)) {
        draft.row(place).ifPresent(row -> look(place, row.as(LogicalSwitchPort.class)));
      }
    }
    var left = new ArrayList<UUID>();
    for (var uuid : asking) {
      if (!keep(uuid)) {
        left.add(uuid);
      }
    }
    left.forEach(this::give);
  }

  private void look(Place place, LogicalSwitchPort port) {
    if (asks(port)) {
      if (!port.hasTag() || !sameTag(place, port)) {
        asking.add(place.uuid());
      }
    } else if (port.hasTagRequest() && isTag(port.getTagRequest())) {
      write(place.uuid(), port.toBuilder().setTag(port.getTagRequest()).build());
    }
  }

  /** Whether it is for Heddle to choose the port's tag. */
  static boolean asks(LogicalSwitchPort port) {
    return port.hasTagRequest() && port.getTagRequest() == 0 && !port.getParentName().isEmpty();
  }

  private static boolean isTag(int number) {
    return number > 0 && number <= LAST;
  }

  private boolean sameTag(Place place, LogicalSwitchPort port) {
    return old(place.uuid(), port)
        .filter(old -> asks(old) && old.hasTag() && old.getTag() == port.getTag())
        .isPresent();
  }

  /** The port as it was, where it was a child of the same parent. */
  private Optional<LogicalSwitchPort> old(UUID uuid, LogicalSwitchPort port) {
    return draft
        .old(new Place(AddressBook.PORTS, uuid))
        .map(row -> row.as(LogicalSwitchPort.class))
        .filter(old -> old.getParentName().equals(port.getParentName()));
  }

  /** What is no tag at all is kept too, for the rules of the row to refuse. */
  private boolean keep(UUID uuid) {
    var port = port(uuid);
    var tag = Optional.of(port).filter(LogicalSwitchPort::hasTag).or(() -> old(uuid, port));
    int kept = tag.map(LogicalSwitchPort::getTag).orElse(0);
    if (!isTag(kept)) {
      return port.hasTag();
    }
    if (taken(port.getParentName()).get(kept)) {
      return false;
    }
    set(uuid, port, kept);
    return true;
  }

  private void give(UUID uuid) {
    var port = port(uuid);
    int free = taken(port.getParentName()).nextClearBit(1);
    if (free <= LAST) {
      set(uuid, port, free);
    } else {
      write(uuid, port.toBuilder().clearTag().build());
      var row = draft.row(AddressBook.PORTS, uuid).orElseThrow();
      draft.fault(row, "tag_request", "all tags of " + port.getParentName() + " are taken");
    }
  }

  private void set(UUID uuid, LogicalSwitchPort port, int tag) {
    taken(port.getParentName()).set(tag);
    write(uuid, port.toBuilder().setTag(tag).build());
  }

  /** The tags of the parent's children, but for those that have yet to get one. */
  private BitSet taken(String parent) {
    return taken.computeIfAbsent(
        parent,
        name -> {
          var tags = new BitSet(LAST + 1);
          draft.index(new IndexKey(AddressBook.PORTS, "parent_name", name)).stream()
              .filter(uuid -> !asking.contains(uuid))
              .map(uuid -> port(uuid).getTag())
              .filter(Tags::isTag)
              .forEach(tags::set);
          return tags;
        });
  }

  private LogicalSwitchPort port(UUID uuid) {
    return draft.row(AddressBook.PORTS, uuid).orElseThrow().as(LogicalSwitchPort.class);
  }

  private void write(UUID uuid, LogicalSwitchPort port) {
    draft.write(AddressBook.PORTS, uuid, port);
  }
}
