package io.heddle.tls;

import java.util.Optional;

/**
 * Which doors speak TLS, all with the same certificate.
 *
 * @param tls empty where there is none to be had
 * @param lacking why there is none, for people
 */
public record TlsDoors(Optional<Tls> tls, String lacking) {
  /**
   * TLS for a door, if it is to speak it.
   *
   * @param setting what asks for it
   * @throws TlsException where it is asked for and there is none
   */
  public Optional<Tls> door(String setting, boolean wanted) throws TlsException {
    if (wanted && tls.isEmpty()) {
      throw new TlsException(setting + " asks for TLS, but " + lacking);
    }
    return wanted ? tls : Optional.empty();
  }
}
