package io.heddle.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who is at the other end of a connection, as an authority vouches for it.
 *
 * @param names the certificate's common name and its DNS names (RFC 5280, section 4.2.1.6), without
 *     repetition
 */
public record Peer(List<String> names) {
  /** Somebody who has not proved anything. */
  public static final Peer NOBODY = new Peer(List.of());

  private static final int DNS_NAME = 2;

  /** What ovs-pki puts between a name and what makes it unique, unless it is told not to. */
  private static final String UNIQUE = " id:";

  public Peer {
    names = List.copyOf(names);
  }

  /** Empty while the handshake is not done, and where the other end showed no certificate. */
  public static Optional<Peer> of(SSLSession session) {
    try {
      return Optional.of(of((X509Certificate) session.getPeerCertificates()[0]));
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  static Peer of(X509Certificate certificate) {
    Set<String> names = new LinkedHashSet<>();
    commonName(certificate).ifPresent(name -> names.add(withoutUnique(name)));
    try {
      var alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.stream()
            .filter(name -> name.get(0).equals(DNS_NAME))
            .forEach(name -> names.add(withoutUnique((String) name.get(1))));
      }
    } catch (CertificateParsingException e) {
      // What cannot be read names nobody.
    }
    return new Peer(List.copyOf(names));
  }

  private static Optional<String> commonName(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(rdn -> rdn.getValue().toString())
              .findFirst();
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
  }

  private static String withoutUnique(String name) {
    int end = name.indexOf(UNIQUE);
    return end < 0 ? name : name.substring(0, end);
  }

  /** Whether this is a name of the other end's. */
  public boolean is(String name) {
    return names.contains(name);
  }

  /** The names as in "hv1" or "hv1, hv1.example". */
  @Override
  public String toString() {
    return names.isEmpty() ? "nobody" : String.join(", ", names);
  }
}
