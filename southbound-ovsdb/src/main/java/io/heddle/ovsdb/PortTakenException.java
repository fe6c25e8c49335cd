package io.heddle.ovsdb;

/**
 * The address on which Heddle should listen for hosts cannot be had; its message says which and
 * why.
 */
public final class PortTakenException extends RuntimeException {
  PortTakenException(String message, Throwable cause) {
    super(message, cause);
  }
}
