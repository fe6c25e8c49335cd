package io.heddle.tls;

import java.nio.file.Path;

/**
 * The PEM files (RFC 7468) that one end of a TLS connection needs, as openssl and ovs-pki write
 * them.
 *
 * @param certificate what this end shows, followed by the intermediate authorities, if any
 * @param key the certificate's private key, not encrypted: PKCS #8, PKCS #1 or SEC 1
 * @param authorities certificates of those who vouch for the other ends
 */
public record TlsFiles(Source certificate, Source key, Source authorities) {
  /**
   * A file, and who named it.
   *
   * @param setting what messages call it by
   */
  public record Source(String setting, Path file) {
    @Override
    public String toString() {
      return setting + " (" + file + ")";
    }
  }

  /** As the settings of a controller name them. */
  public static TlsFiles of(Path certificate, Path key, Path authorities) {
    return new TlsFiles(
        new Source("tls.certificate", certificate),
        new Source("tls.key", key),
        new Source("tls.authorities", authorities));
  }
}
