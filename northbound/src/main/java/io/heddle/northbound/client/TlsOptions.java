package io.heddle.northbound.client;

import io.heddle.tls.Tls;
import io.heddle.tls.TlsException;
import io.heddle.tls.TlsFiles;
import io.heddle.tls.TlsFiles.Source;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** How to speak TLS with the controller. All three files, or none of them for plain TCP. */
final class TlsOptions {
  @Option(
      names = "--ca",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      defaultValue = "${env:HEDDLE_CA:-}",
      description = "speak TLS with a controller whose certificate is by one of these authorities")
  private String ca;

  @Option(
      names = "--certificate",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      defaultValue = "${env:HEDDLE_CERTIFICATE:-}",
      description = "the certificate to show to it")
  private String certificate;

  @Option(
      names = "--key",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      defaultValue = "${env:HEDDLE_KEY:-}",
      description = "the certificate's private key (for each: $HEDDLE_CA and so on)")
  private String key;

  @Option(
      names = "--server-name",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      defaultValue = "${env:HEDDLE_SERVER_NAME:-}",
      description = "the name that the controller's certificate has, where it is not HOST")
  private String serverName;

  TlsOptions() {}

  /**
   * @param token to show to it besides
   */
  HeddleClient connect(String server, Optional<String> token, CommandLine command) {
    if (Stream.of(ca, certificate, key).allMatch(String::isEmpty)) {
      return new HeddleClient(server, token);
    }
    var files =
        new TlsFiles(
            source(command, "--certificate", certificate),
            source(command, "--key", key),
            source(command, "--ca", ca));
    try {
      return new HeddleClient(
          server, new Tls(files), Optional.of(serverName).filter(name -> !name.isEmpty()), token);
    } catch (TlsException e) {
      throw new ParameterException(command, e.getMessage(), e);
    }
  }

  private static Source source(CommandLine command, String option, String file) {
    if (file.isEmpty()) {
      throw new ParameterException(command, "TLS needs " + option + " too");
    }
    return new Source(option, Path.of(file));
  }
}
