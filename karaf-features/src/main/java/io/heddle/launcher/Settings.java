package io.heddle.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What etc/io.heddle.cfg says. The container reads the same file; a value may hold {@code
 * ${env:VARIABLE:-default}} or {@code ${system.property:-default}}, as the container expands them.
 */
final class Settings {
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{(?<name>[^${}]+?)(?::-(?<otherwise>[^${}]*))?}");

  /** References within references; more would be one that holds itself. */
  private static final int DEPTH = 4;

  private final Path file;
  private final Map<String, String> environment;
  private final Properties properties = new Properties();

  private Settings(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
  }

  static Settings read(Path file, Map<String, String> environment) throws Refusal {
    var settings = new Settings(file, environment);
    try (var in = Files.newBufferedReader(file)) {
      settings.properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new Refusal("the configuration " + file + " cannot be read: " + e.getMessage());
    }
    return settings;
  }

  String text(String key) throws Refusal {
    var value = properties.getProperty(key);
    if (value == null) {
      throw new Refusal(file + " has no setting " + key);
    }
    return expand(value).strip();
  }

  /** A TCP port. None is left to the system's choice, since hosts and people must know it. */
  int port(String key) throws Refusal {
    int port = number(key);
    if (port < 1 || port > 65535) {
      throw new Refusal(key + " in " + file + " is no port: " + port);
    }
    return port;
  }

  int number(String key) throws Refusal {
    var text = text(key);
    if (!text.matches("[0-9]{1,9}")) {
      throw new Refusal(key + " in " + file + " is no number: \"" + text + "\"");
    }
    return Integer.parseInt(text);
  }

  /** Innermost references first, so that a default may itself hold a reference. */
  private String expand(String value) {
    Function<MatchResult, String> replacement =
        match -> Matcher.quoteReplacement(lookUp(match.group(1), match.group(2)));
    var expanded = value;
    for (int depth = 0; depth < DEPTH; depth++) {
      expanded = REFERENCE.matcher(expanded).replaceAll(replacement);
    }
    return expanded;
  }

  private String lookUp(String name, String otherwise) {
    var value =
        name.startsWith("env:")
            ? environment.get(name.substring("env:".length()))
            : System.getProperty(name);
    return Optional.ofNullable(value)
        .filter(v -> !v.isEmpty())
        .or(() -> Optional.ofNullable(otherwise))
        .orElse("");
  }
}
