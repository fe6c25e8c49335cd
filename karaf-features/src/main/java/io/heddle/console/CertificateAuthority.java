package io.heddle.console;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certification authority in a folder, for trying things out: its key lies beside what it signs.
 * {@code ca.pem} and {@code ca-key.pem} are the authority's own, {@code NAME.pem} and {@code
 * NAME-key.pem} what it issued.
 */
final class CertificateAuthority {
  /** What a certificate is good for (RFC 5280, section 4.2.1.12). */
  enum Use {
    /** Its own doors, and speaking with other controllers. */
    CONTROLLER(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth),
    /** Calling a controller, so that no host can pass itself off as one. */
    CALLER(KeyPurposeId.id_kp_clientAuth);

    private final ExtendedKeyUsage purposes;

    Use(KeyPurposeId... purposes) {
      this.purposes = new ExtendedKeyUsage(purposes);
    }
  }

  private static final String NAME = "ca";
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final String CURVE = "secp256r1";
  private static final int SERIAL_BITS = 127;
  private static final Duration OWN_LIFE = Duration.ofDays(3650);

  /** Clocks differ. */
  private static final Duration BEFORE = Duration.ofHours(1);

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path folder;
  private final X509Certificate certificate;
  private final PrivateKey key;

  private CertificateAuthority(Path folder, X509Certificate certificate, PrivateKey key) {
    this.folder = folder;
    this.certificate = certificate;
    this.key = key;
  }

  /** The folder's authority, made where there is none. */
  static CertificateAuthority in(Path folder) throws IOException, GeneralSecurityException {
    Files.createDirectories(folder);
    if (Files.exists(file(folder, NAME)) || Files.exists(keyFile(folder, NAME))) {
      return read(folder);
    }
    var pair = pair();
    var subject = new X500Principal("O=Heddle,CN=Test authority " + number().toString(36));
    var builder = builder(subject, pair, subject, OWN_LIFE);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    var certificate = signed(builder, pair.getPrivate());
    write(folder, NAME, certificate, pair.getPrivate());
    return new CertificateAuthority(folder, certificate, pair.getPrivate());
  }

  private static CertificateAuthority read(Path folder)
      throws IOException, GeneralSecurityException {
    try (var certificate = parser(file(folder, NAME));
        var key = parser(keyFile(folder, NAME))) {
      if (certificate.readObject() instanceof X509CertificateHolder holder
          && key.readObject() instanceof PrivateKeyInfo info) {
        return new CertificateAuthority(
            folder,
            new JcaX509CertificateConverter().getCertificate(holder),
            new JcaPEMKeyConverter().getPrivateKey(info));
      }
      throw new IllegalArgumentException(
          file(folder, NAME) + " and " + keyFile(folder, NAME) + " are no authority's");
    }
  }

  private static PEMParser parser(Path file) throws IOException {
    return new PEMParser(new StringReader(Files.readString(file)));
  }

  /**
   * Makes a key and its certificate.
   *
   * @param name its common name and a DNS name of it, and the name of the files
   * @param others further DNS names and IP addresses
   * @throws FileAlreadyExistsException where it was issued already
   */
  Path issue(String name, List<String> others, Use use, Duration life)
      throws IOException, GeneralSecurityException {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || name.equals(NAME)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" cannot be a file's name: letters, digits, '.', '_' and '-', not ca");
    }
    var pair = pair();
    var subject = new X500Principal("O=Heddle,CN=" + name);
    var builder = builder(certificate.getSubjectX500Principal(), pair, subject, life);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(Extension.extendedKeyUsage, false, use.purposes);
    builder.addExtension(Extension.subjectAlternativeName, false, names(name, others));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
    return write(folder, name, signed(builder, key), pair.getPrivate());
  }

  private static GeneralNames names(String name, List<String> others) {
    var names = new ArrayList<GeneralName>();
    names.add(new GeneralName(GeneralName.dNSName, name));
    for (var other : others) {
      boolean address = other.matches("[0-9.]+") || other.contains(":");
      names.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, other));
    }
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Principal issuer, KeyPair pair, X500Principal subject, Duration life) {
    var now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        number(),
        Date.from(now.minus(BEFORE)),
        Date.from(now.plus(life)),
        subject,
        pair.getPublic());
  }

  private static BigInteger number() {
    return new BigInteger(SERIAL_BITS, new SecureRandom());
  }

  private static KeyPair pair() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(CURVE));
    return generator.generateKeyPair();
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      var signer = new JcaContentSignerBuilder(SIGNATURE).build(key);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static Path write(Path folder, String name, X509Certificate certificate, PrivateKey key)
      throws IOException, GeneralSecurityException {
    var keyFile =
        Files.createFile(keyFile(folder, name), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()));
    return Files.writeString(
        file(folder, name),
        pem("CERTIFICATE", certificate.getEncoded()),
        StandardOpenOption.CREATE_NEW);
  }

  private static String pem(String type, byte[] der) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
  }

  private static Path file(Path folder, String name) {
    return folder.resolve(name + ".pem");
  }

  private static Path keyFile(Path folder, String name) {
    return folder.resolve(name + "-key.pem");
  }
}
