package io.heddle.tls;

import java.util.Optional;

/**
 * Which doors speak TLS, all with the same certificate.
 *
 * @param tls empty where no files are set
 */
public record TlsDoors(Optional<Tls> tls) {
  /**
   * TLS for a door, if it is to speak it.
   *
   * @param setting what asks for it
   * @throws TlsException where it is asked for and no files are set
   */
  public Optional<Tls> door(String setting, boolean wanted) throws TlsException {
    if (wanted && tls.isEmpty()) {
      throw new TlsException(
          setting + " asks for TLS, which needs tls.certificate, tls.key and tls.authorities");
    }
    return wanted ? tls : Optional.empty();
  }
}
