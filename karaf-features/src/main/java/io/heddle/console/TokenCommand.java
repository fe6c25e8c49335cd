package io.heddle.console;

import io.heddle.northbound.access.Role;
import io.heddle.northbound.access.Token;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** {@code heddle:token}. */
@Service
@Command(
    scope = "heddle",
    name = "token",
    description = "Makes a bearer token, and the line that gives it a role; keeps neither")
public final class TokenCommand extends Order {
  @Argument(index = 0, name = "role", description = "read, write or admin", required = true)
  private String role;

  @Argument(
      index = 1,
      name = "name",
      description = "What the audit log calls whoever shows it",
      required = true)
  private String name;

  @Override
  void carryOut(Session answering) {
    var given =
        Role.of(role)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "\"%s\" is no role; there are %s"
                            .formatted(
                                role,
                                Arrays.stream(Role.values())
                                    .map(Role::toString)
                                    .collect(Collectors.joining(", ")))));
    var token = Token.draw(name);
    var out = answering.getConsole();
    out.printf("The token, for whoever is to show it; it cannot be seen again:%n");
    out.printf("%s%n", token.text());
    out.printf("The line for access.file, on every member:%n");
    out.printf("%s%n", token.line(given));
  }
}
