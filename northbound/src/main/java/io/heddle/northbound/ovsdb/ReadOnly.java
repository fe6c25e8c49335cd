package io.heddle.northbound.ovsdb;

import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OvsdbError;
import io.heddle.northbound.access.Role;
import io.heddle.northbound.access.Visitor;
import java.util.List;
import java.util.Optional;

/** What becomes of a transaction of somebody who may only read, as ovsdb-server has it. */
final class ReadOnly {
  private static final String ERROR = "not allowed";

  private ReadOnly() {}

  /** The same operations; those that they may not do fail when it is their turn. */
  static List<Operation> of(Visitor visitor, List<Operation> operations) {
    if (visitor.may(Role.WRITE) || operations.stream().allMatch(o -> name(o).isEmpty())) {
      return operations;
    }
    visitor.refuse("transact", Role.WRITE);
    return operations.stream()
        .map(operation -> name(operation).<Operation>map(ReadOnly::refused).orElse(operation))
        .toList();
  }

  private static Operation.Faulty refused(String name) {
    return Operation.Faulty.of(
        OvsdbError.of(
            ERROR, name + " operation not allowed when database server is in read only mode"));
  }

  /** Of those that need more than reading. */
  private static Optional<String> name(Operation operation) {
    if (operation instanceof Operation.Insert) {
      return Optional.of("insert");
    } else if (operation instanceof Operation.Update) {
      return Optional.of("update");
    } else if (operation instanceof Operation.Mutate) {
      return Optional.of("mutate");
    } else if (operation instanceof Operation.Delete) {
      return Optional.of("delete");
    } else if (operation instanceof Operation.Commit) {
      return Optional.of("commit");
    }
    return Optional.empty();
  }
}
