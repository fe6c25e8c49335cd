package io.heddle.packets;

import io.heddle.flow.Register;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which registers the flows of which tables wrote and read. One small network need not have both
 * who writes a register and who reads it, but all data files together have.
 */
final class RegisterUse {
  private record Place(Table table, Register register) {
    @Override
    public String toString() {
      return register + " in " + table;
    }
  }

  private final Set<Place> written = new HashSet<>();

  /** Of those written, the ones that somebody read. */
  private final Set<Place> useful = new HashSet<>();

  private final Set<Place> read = new HashSet<>();

  /** Of those read, the ones that somebody had written. */
  private final Set<Place> founded = new HashSet<>();

  void wrote(Table table, Register register) {
    written.add(new Place(table, register));
  }

  /**
   * @param writer who wrote what was read; empty if nobody did
   */
  void read(Table table, Register register, Optional<Table> writer) {
    var place = new Place(table, register);
    read.add(place);
    writer.ifPresent(
        by -> {
          founded.add(place);
          useful.add(new Place(by, register));
        });
  }

  void add(RegisterUse more) {
    written.addAll(more.written);
    useful.addAll(more.useful);
    read.addAll(more.read);
    founded.addAll(more.founded);
  }

  /** What is written for nobody or read in vain. */
  List<String> faults() {
    var faults = new ArrayList<String>();
    written.stream()
        .filter(p -> !useful.contains(p))
        .forEach(p -> faults.add("nobody reads what is written to " + p));
    read.stream()
        .filter(p -> !founded.contains(p))
        .forEach(p -> faults.add("nobody writes what is read from " + p));
    return faults;
  }
}
