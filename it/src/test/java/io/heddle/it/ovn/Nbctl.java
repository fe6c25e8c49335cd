package io.heddle.it.ovn;

import io.heddle.it.lab.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Debian's ovn-nbctl, talking to one database. */
final class Nbctl {
  /** What differs between two databases with the same history. */
  private static final List<Map.Entry<Pattern, String>> MASKS =
      List.of(
          Map.entry(Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
          Map.entry(Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"), "TIME"),
          Map.entry(Pattern.compile("after \\d+ ms"), "after some ms"));

  private static final Pattern ASSIGNMENT = Pattern.compile("([A-Z][A-Z0-9]*) = (.*)");
  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"(?:\\\\.|[^\"\\\\])*\")+");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What a command printed, on both streams and masked, and its exit status. */
  record Answer(int status, String output) {
    /** Words, for what has no order in a database comes in any order. */
    List<String> words() {
      return Arrays.stream(output.split("[\\s\\[\\],.]+")).sorted().toList();
    }

    boolean sameAs(Answer other) {
      return status == other.status && words().equals(other.words());
    }
  }

  private final String database;
  private final Map<String, String> variables = new HashMap<>();

  Nbctl(int port) {
    this.database = "tcp:127.0.0.1:" + port;
  }

  /**
   * @param line the words of a command, or {@code NAME = } and a command whose output {@code $NAME}
   *     stands for from then on
   */
  Answer run(String line) {
    var assignment = ASSIGNMENT.matcher(line);
    if (!assignment.matches()) {
      return masked(runWords(line));
    }
    var result = runWords(assignment.group(2));
    variables.put(assignment.group(1), result.output().strip());
    return masked(result);
  }

  /** Runs commands that are words already; several are separated by {@code --}. */
  Answer run(List<String> words) {
    return masked(runWords(words));
  }

  private Command.Result runWords(String line) {
    return runWords(WORD.matcher(line).results().map(word -> word(word.group())).toList());
  }

  private Command.Result runWords(List<String> command) {
    var words = new ArrayList<>(List.of("ovn-nbctl", "--db=" + database));
    if (command.stream().noneMatch(word -> word.startsWith("--timeout"))) {
      words.add("--timeout=" + PATIENCE.toSeconds());
    }
    words.addAll(command);
    return Command.runToAnyEnd(words, Map.of(), PATIENCE.multipliedBy(2));
  }

  /** Quotes as a shell has them, and variables. */
  private String word(String text) {
    var word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i);
      if (next == '"') {
        quoted = !quoted;
      } else if (next == '\\' && (!quoted || "\"\\$".indexOf(text.charAt(i + 1)) >= 0)) {
        word.append(text.charAt(++i));
      } else {
        word.append(next);
      }
    }
    return word.length() > 1 && word.charAt(0) == '$'
        ? variables.getOrDefault(word.substring(1), "")
        : word.toString();
  }

  private Answer masked(Command.Result result) {
    var output = result.output().replace(database, "DATABASE");
    for (var mask : MASKS) {
      output = mask.getKey().matcher(output).replaceAll(mask.getValue());
    }
    return new Answer(result.status(), output);
  }
}
