package io.heddle.tls;

import io.heddle.tls.TlsFiles.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What the files hold, found sound.
 *
 * @param context makes TLS connections with it
 * @param certificate what this end shows
 */
record Identity(SSLContext context, X509Certificate certificate) {
  private static final char[] NO_PASSWORD = {};
  private static final byte[] PROBE =
      "Does this key belong to that certificate?".getBytes(StandardCharsets.US_ASCII);

  /** Larger files are none of ours. */
  private static final long MOST_BYTES = 4 << 20;

  /**
   * The files' texts.
   *
   * <p>They are compared as a whole: it takes no more time than it takes to look at the times of
   * the files behind a chain of links, and is never wrong.
   */
  record Texts(String certificate, String key, String authorities) {
    static Texts read(TlsFiles files) throws TlsException {
      return new Texts(text(files.certificate()), text(files.key()), text(files.authorities()));
    }

    private static String text(Source source) throws TlsException {
      try {
        if (Files.size(source.file()) > MOST_BYTES) {
          throw new TlsException(source + " has more than " + MOST_BYTES + " bytes");
        }
        return Files.readString(source.file(), StandardCharsets.ISO_8859_1);
      } catch (NoSuchFileException e) {
        throw new TlsException(source + ": there is no such file", e);
      } catch (AccessDeniedException e) {
        throw new TlsException(source + " may not be read by the user that runs Heddle", e);
      } catch (IOException e) {
        throw new TlsException(source + " cannot be read: " + e.getMessage(), e);
      }
    }
  }

  static Identity of(TlsFiles files, Texts texts, Instant now) throws TlsException {
    var chain = certificates(files.certificate(), texts.certificate());
    var certificate = chain.get(0);
    var invalid = invalid(certificate, now);
    if (invalid.isPresent()) {
      throw new TlsException(files.certificate() + " " + invalid.get());
    }
    var key = key(files, texts.key(), certificate.getPublicKey());
    var authorities =
        certificates(files.authorities(), texts.authorities()).stream()
            .filter(authority -> invalid(authority, now).isEmpty())
            .toList();
    if (authorities.isEmpty()) {
      throw new TlsException(files.authorities() + " holds expired certificates only");
    }
    try {
      return new Identity(context(chain, key, authorities), certificate);
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException(files.certificate() + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> certificates(Source source, String text)
      throws TlsException {
    try {
      var certificates = Pem.certificates(text);
      if (certificates.isEmpty()) {
        throw new TlsException(source + ": there is no certificate in it");
      }
      return certificates;
    } catch (CertificateException e) {
      throw new TlsException(source + " holds no sound certificate: " + e.getMessage(), e);
    }
  }

  private static Optional<String> invalid(X509Certificate certificate, Instant now) {
    var from = certificate.getNotBefore().toInstant();
    var to = certificate.getNotAfter().toInstant();
    if (now.isBefore(from)) {
      return Optional.of("is not valid before " + from);
    }
    return now.isAfter(to) ? Optional.of("expired at " + to) : Optional.empty();
  }

  private static PrivateKey key(TlsFiles files, String text, PublicKey its) throws TlsException {
    PrivateKey key;
    try {
      key = Pem.key(text, its);
    } catch (GeneralSecurityException e) {
      throw new TlsException(files.key() + " cannot be used: " + e.getMessage(), e);
    }
    if (!matches(key, its)) {
      throw new TlsException(
          files.key() + " is not the key of the certificate of " + files.certificate());
    }
    return key;
  }

  private static boolean matches(PrivateKey key, PublicKey its) throws TlsException {
    try {
      var signature = Signature.getInstance(signature(its));
      signature.initSign(key);
      signature.update(PROBE);
      var signed = signature.sign();
      signature.initVerify(its);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String signature(PublicKey key) throws TlsException {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case "EdDSA" -> "EdDSA";
      default ->
          throw new TlsException(
              "a key is of the kind " + key.getAlgorithm() + "; RSA, EC and EdDSA are supported");
    };
  }

  private static SSLContext context(
      List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    var keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
    var own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, NO_PASSWORD);

    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      trusted.setCertificateEntry("authority " + i, authorities.get(i));
    }
    var others = TrustManagerFactory.getInstance("PKIX");
    others.init(trusted);

    var context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), others.getTrustManagers(), null);
    return context;
  }
}
