package io.heddle.console;

import io.heddle.console.CertificateAuthority.Use;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** {@code heddle:certificates}. */
@Service
@Command(
    scope = "heddle",
    name = "certificates",
    description = "Makes a test authority, and certificates by it, as PEM files in a folder")
public final class Certificates extends Order {
  @Argument(
      index = 0,
      name = "folder",
      description = "On the controller's machine; the authority that it has is used again",
      required = true)
  private String folder;

  @Option(
      name = "--controller",
      description = "For a controller (several times: one each); a member's name in a cluster",
      multiValued = true)
  private List<String> controllers = List.of();

  @Option(
      name = "--address",
      description = "DNS names and IP addresses that the controllers' certificates have as well",
      multiValued = true)
  private List<String> addresses = List.of();

  @Option(
      name = "--chassis",
      description = "For a host: its system-id (several times)",
      multiValued = true)
  private List<String> chassis = List.of();

  @Option(
      name = "--client",
      description = "For people and programs that use the API (several times)",
      multiValued = true)
  private List<String> clients = List.of();

  @Option(name = "--days", description = "How long they are valid")
  private int days = 365;

  @Override
  void carryOut(Session answering) throws Exception {
    if (days < 1) {
      throw new IllegalArgumentException("--days must be at least 1");
    }
    try {
      var authority = CertificateAuthority.in(Path.of(folder));
      issue(answering, authority, controllers, addresses, Use.CONTROLLER);
      issue(answering, authority, chassis, List.of(), Use.CALLER);
      issue(answering, authority, clients, List.of(), Use.CALLER);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalArgumentException(e.getFile() + " is there already", e);
    }
    answering.getConsole().printf("The authority is %s.%n", Path.of(folder, "ca.pem"));
  }

  private void issue(
      Session answering,
      CertificateAuthority authority,
      List<String> names,
      List<String> others,
      Use use)
      throws Exception {
    for (var name : names) {
      var file = authority.issue(name, others, use, Duration.ofDays(days));
      answering.getConsole().printf("%s%n", file);
    }
  }
}
