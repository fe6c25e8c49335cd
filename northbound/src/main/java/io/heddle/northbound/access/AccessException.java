package io.heddle.northbound.access;

/** What gives roles cannot be used; the message names the setting, the file and the line. */
public final class AccessException extends Exception {
  AccessException(String message) {
    super(message);
  }

  AccessException(String message, Throwable cause) {
    super(message, cause);
  }
}
