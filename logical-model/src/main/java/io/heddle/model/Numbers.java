package io.heddle.model;

import com.google.protobuf.Message;
import io.heddle.v1.Allocation;

/** Which pool an allocated number comes from. */
final class Numbers {
  /** The pool's name, with the row its scope refers to where it has a scope. */
  static String pool(Kind kind, Allocation allocation, Message row) {
    return allocation.getScope().isEmpty()
        ? allocation.getPool()
        : pool(allocation, kind.column(allocation.getScope()).text(row));
  }

  /** The name of the pool within one row. */
  static String pool(Allocation allocation, String scope) {
    return allocation.getPool() + "/" + scope;
  }

  private Numbers() {}
}
