package io.heddle.tls;

/** TLS is not to be had with what is set; the message names the setting and the file. */
public final class TlsException extends Exception {
  public TlsException(String message) {
    super(message);
  }

  TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
