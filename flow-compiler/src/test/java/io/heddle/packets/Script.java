package io.heddle.packets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One data file: commands, one in a line, and, after a line of four dashes, what the command above
 * it is to answer, up to an empty line, a comment or the next command.
 *
 * @param path where the file is
 */
public record Script(Path path, List<Entry> entries) {
  private static final String ANSWER = "----";
  private static final Pattern PACKET = Pattern.compile("\\s((eth|hex)\\s.*)");
  private static final Set<String> ASKING = Set.of("send", "trace", "problems", "learned");

  /** The data files, from this module's folder. */
  public static final Path FOLDER = Path.of("src/test/resources/packets");

  public Script {
    entries = List.copyOf(entries);
  }

  /**
   * One line.
   *
   * @param number from 1
   * @param command empty for comments and empty lines
   * @param expected the lines of the answer
   */
  public record Entry(int number, String line, String command, List<String> expected) {
    public Entry {
      expected = List.copyOf(expected);
    }

    /** Whether the command has an answer. */
    public boolean asks() {
      return Script.asks(verb(command));
    }

    Entry answered(List<String> answer) {
      return new Entry(number, line, command, answer);
    }
  }

  public static List<Path> all(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".packets")).sorted().toList();
    }
  }

  public static Script read(Path path) throws IOException {
    var lines = Files.readAllLines(path);
    var entries = new ArrayList<Entry>();
    int i = 0;
    while (i < lines.size()) {
      var line = lines.get(i);
      int number = ++i;
      var expected = new ArrayList<String>();
      if (i < lines.size() && lines.get(i).equals(ANSWER)) {
        i++;
        while (i < lines.size() && isAnswer(lines.get(i))) {
          expected.add(lines.get(i++));
        }
      }
      entries.add(new Entry(number, line, line.startsWith("#") ? "" : line.strip(), expected));
    }
    return new Script(path, entries);
  }

  private static boolean isAnswer(String line) {
    return !line.isBlank() && !line.startsWith("#") && !Scene.COMMANDS.contains(verb(line));
  }

  static boolean asks(String verb) {
    return ASKING.contains(verb);
  }

  static String verb(String line) {
    return line.split("\\s", 2)[0];
  }

  /** Where in a command that sends a packet the packet begins. */
  static int packetAt(String command) {
    var matcher = PACKET.matcher(command);
    if (!matcher.find()) {
      throw new IllegalArgumentException("there is no packet in: " + command);
    }
    return matcher.start(1);
  }

  /** Does what a line says and gives it the answer that came of it. */
  public Entry play(Entry entry, Scene scene) {
    try {
      return entry.command().isEmpty() ? entry : entry.answered(scene.perform(entry.command()));
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(path + ":" + entry.number() + ": " + entry.line() + ": " + e, e);
    }
  }

  /** The file with other answers. */
  public Script with(List<Entry> answered) {
    return new Script(path, answered);
  }

  public void write() throws IOException {
    Files.writeString(path, text());
  }

  public String text() {
    var text = new StringBuilder();
    for (var entry : entries) {
      text.append(entry.line()).append('\n');
      if (entry.asks()) {
        text.append(ANSWER).append('\n');
        entry.expected().forEach(line -> text.append(line).append('\n'));
      }
    }
    return text.toString();
  }
}
