package io.heddle.launcher;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/**
 * The keys of the console, made at the first start: there is no password, nor any key that two
 * installations share. In the folder: {@code host_key} (the server's), {@code key} (the one that
 * {@code bin/heddle-console} logs in with), {@code keys.properties} (who may log in; to add
 * somebody, add a line) and {@code known_hosts}.
 */
final class ConsoleKeys {
  static final String USER = "heddle";

  /** RSA, because the container's login reads the coordinates of ECDSA keys as signed numbers. */
  private static final int BITS = 3072;

  private static final String ROLES = "admin,manager,viewer,systembundles,ssh";

  private ConsoleKeys() {}

  static void ensure(Path folder) throws Refusal {
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      var host = folder.resolve("host_key");
      if (!Files.exists(host)) {
        var pair = generate();
        write(folder.resolve("host_key.ssh"), "ssh-rsa " + encoded(pair) + "\n");
        write(host, pem(pair));
      }
      var login = folder.resolve("key");
      var users = folder.resolve("keys.properties");
      if (!Files.exists(login) || !Files.exists(users)) {
        var pair = generate();
        write(users, USER + "=" + encoded(pair) + "," + ROLES + "\n");
        write(login, pem(pair));
      }
      var known = Files.readString(folder.resolve("host_key.ssh"));
      write(folder.resolve("known_hosts"), "heddle-console " + known);
    } catch (IOException e) {
      throw new Refusal("the console's keys in " + folder + " cannot be written: " + e);
    }
  }

  private static KeyPair generate() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  /** PKCS #8 (RFC 5958) as PEM (RFC 7468): both OpenSSH and the server read it. */
  private static String pem(KeyPair pair) {
    var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
    return "-----BEGIN PRIVATE KEY-----\n"
        + encoder.encodeToString(pair.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  /** The public key as RFC 4253, section 6.6, has it, in Base64. */
  private static String encoded(KeyPair pair) {
    var key = (RSAPublicKey) pair.getPublic();
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      for (var part :
          new byte[][] {
            "ssh-rsa".getBytes(StandardCharsets.US_ASCII),
            key.getPublicExponent().toByteArray(),
            key.getModulus().toByteArray()
          }) {
        out.writeInt(part.length);
        out.write(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /** Whole or not at all, and never readable by others, not even for a moment. */
  private static void write(Path file, String text) throws IOException {
    var mode = PosixFilePermissions.fromString("rw-------");
    var part =
        Files.createTempFile(
            file.getParent(), "new", "", PosixFilePermissions.asFileAttribute(mode));
    Files.writeString(part, text);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
