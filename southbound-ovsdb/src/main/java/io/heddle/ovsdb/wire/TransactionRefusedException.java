package io.heddle.ovsdb.wire;

/** The host's database refused a transaction; nothing of it holds. */
public final class TransactionRefusedException extends RuntimeException {
  TransactionRefusedException(String message) {
    super(message);
  }
}
