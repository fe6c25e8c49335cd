package io.heddle.model;

import com.google.protobuf.Message;
import io.heddle.v1.Allocation;

/** Which pool an allocated number comes from. */
final class Numbers {
  /** The pool's name, with the row its scope refers to where it has a scope. */
  static String pool(Kind kind, Allocation allocation, Message row) {
    return allocation.getScope().isEmpty()
        ? allocation.getPool()
        : allocation.getPool() + "/" + kind.column(allocation.getScope()).text(row);
  }

  private Numbers() {}
}
