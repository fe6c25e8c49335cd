package io.heddle.tls;

import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;

/** Why a handshake failed, in words for people. */
public final class TlsFailure {
  private static final int DEPTH = 16;

  private TlsFailure() {}

  /**
   * Whether the other end does not speak TLS at all.
   *
   * <p>Netty's class for it is known by its name, because there are several Nettys.
   */
  private static boolean isPlain(Throwable cause) {
    return cause.getClass().getSimpleName().equals("NotSslRecordException");
  }

  /** Looks through what is wrapped around the reason. */
  public static String words(Throwable failure) {
    var cause = failure;
    for (int depth = 0; depth < DEPTH; depth++) {
      if (isPlain(cause)) {
        return "it does not speak TLS, and this door asks for it";
      }
      if (cause instanceof ClosedChannelException) {
        return "it hung up during TLS's handshake; does it trust this end's certificate?";
      }
      if (cause instanceof CertificateExpiredException) {
        return "its certificate has expired";
      }
      if (cause instanceof CertPathBuilderException) {
        return "its certificate is not by one of tls.authorities";
      }
      if (cause.getCause() == null) {
        break;
      }
      cause = cause.getCause();
    }
    var message =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    // A client in Java shows none rather than one by somebody else than it is asked for.
    return message.startsWith("Empty client certificate")
        ? "it shows no certificate by one of tls.authorities"
        : "TLS failed: " + message;
  }
}
