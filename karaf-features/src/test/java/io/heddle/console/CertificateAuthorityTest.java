package io.heddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.console.CertificateAuthority.Use;
import io.heddle.tls.Tls;
import io.heddle.tls.TlsFiles;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it makes, as Heddle and openssl see it. */
class CertificateAuthorityTest {
  private static final Duration YEAR = Duration.ofDays(365);

  @TempDir Path folder;

  private int verify(String purpose, String name) throws Exception {
    return new ProcessBuilder(
            "openssl",
            "verify",
            "-purpose",
            purpose,
            "-CAfile",
            folder.resolve("ca.pem").toString(),
            folder.resolve(name + ".pem").toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private TlsFiles files(String name) {
    return TlsFiles.of(
        folder.resolve(name + ".pem"), folder.resolve(name + "-key.pem"), folder.resolve("ca.pem"));
  }

  @Test
  void aHostCannotPassItselfOffAsAController() throws Exception {
    var authority = CertificateAuthority.in(folder);
    authority.issue("heddle", List.of("192.0.2.100", "heddle.example"), Use.CONTROLLER, YEAR);
    authority.issue("hv1", List.of(), Use.CALLER, YEAR);
    assertEquals(0, verify("sslserver", "heddle"));
    assertEquals(0, verify("sslclient", "heddle"));
    assertEquals(0, verify("sslclient", "hv1"));
    assertEquals(2, verify("sslserver", "hv1"));
    assertEquals(List.of("heddle", "heddle.example"), new Tls(files("heddle")).own().names());
    assertTrue(new Tls(files("hv1")).own().is("hv1"));
  }

  @Test
  void theAuthorityIsUsedAgainAndNothingIsOverwritten() throws Exception {
    CertificateAuthority.in(folder).issue("hv1", List.of(), Use.CALLER, YEAR);
    var authority = CertificateAuthority.in(folder);
    authority.issue("hv2", List.of(), Use.CALLER, YEAR);
    assertEquals(0, verify("sslclient", "hv1"));
    assertEquals(0, verify("sslclient", "hv2"));
    assertThrows(
        FileAlreadyExistsException.class,
        () -> authority.issue("hv1", List.of(), Use.CALLER, YEAR));
    assertThrows(
        IllegalArgumentException.class,
        () -> authority.issue("../hv1", List.of(), Use.CALLER, YEAR));
    for (var name : List.of("ca", "hv1", "hv2")) {
      var mode = Files.getPosixFilePermissions(folder.resolve(name + "-key.pem"));
      assertEquals("rw-------", PosixFilePermissions.toString(mode));
    }
  }
}
