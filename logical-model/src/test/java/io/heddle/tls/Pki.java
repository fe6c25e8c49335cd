package io.heddle.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A certification authority for tests, in a folder: openssl's, so that keys and certificates are as
 * others write them.
 */
public final class Pki {
  private final Path folder;
  private final String name;

  /**
   * Makes the authority.
   *
   * @param name of its files and its certificate
   */
  public Pki(Path folder, String name) {
    this.folder = folder;
    this.name = name;
    run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30"
            + " -subj /CN=Authority/O="
            + name
            + " -keyout "
            + key(name)
            + " -out "
            + certificate(name));
  }

  /** Issues a certificate whose common name is that. */
  public Pki issue(String subject) {
    return issue(subject, subject, 30);
  }

  /** The same with another common name, valid for so many days. */
  public Pki issue(String files, String commonName, int days) {
    return issue(files, commonName, days, "ec -pkeyopt ec_paramgen_curve:prime256v1", "");
  }

  /**
   * @param kind of key as openssl-req(1) has it after -newkey
   * @param alternative name, such as "DNS:hv1"; may be empty
   */
  public Pki issue(String files, String commonName, int days, String kind, String alternative) {
    var request = folder.resolve(files + ".csr");
    var line =
        new ArrayList<>(List.of(("openssl req -new -nodes -newkey " + kind + " -subj").split(" ")));
    line.addAll(List.of("/O=Test/CN=" + commonName, "-keyout", key(files).toString()));
    if (!alternative.isEmpty()) {
      line.addAll(List.of("-addext", "subjectAltName=" + alternative));
    }
    line.addAll(List.of("-out", request.toString()));
    run(line);
    run(
        "openssl x509 -req -copy_extensions copy -CAcreateserial -days "
            + days
            + " -CA "
            + certificate(name)
            + " -CAkey "
            + key(name)
            + " -in "
            + request
            + " -out "
            + certificate(files));
    return this;
  }

  /** What whoever has this certificate needs. */
  public TlsFiles files(String files) {
    return TlsFiles.of(certificate(files), key(files), certificate(name));
  }

  public Path certificate(String files) {
    return folder.resolve(files + ".pem");
  }

  public Path key(String files) {
    return folder.resolve(files + ".key");
  }

  /** The authority's own certificate. */
  public Path authority() {
    return certificate(name);
  }

  /** Puts one file in another's place, at once. */
  public static void replace(Path file, Path with) {
    try {
      var copy = Files.copy(with, file.resolveSibling(file.getFileName() + ".new"));
      Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void run(String line) {
    run(List.of(line.split(" ")));
  }

  public static void run(List<String> line) {
    try {
      var process = new ProcessBuilder(line).redirectErrorStream(true).start();
      process.getOutputStream().close();
      var said = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IllegalStateException(line + ": " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
