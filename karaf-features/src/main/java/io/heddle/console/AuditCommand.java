package io.heddle.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.model.AuditQuery;
import io.heddle.model.Store;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code heddle:audit}. */
@Service
@Command(
    scope = "heddle",
    name = "audit",
    description = "Who changed the network, the newest commit first")
public final class AuditCommand extends Question {
  private static final List<String> COLUMNS =
      List.of("revision", "time", "who", "door", "from", "member", "changes");

  @Option(name = "--who", description = "By this certificate, token or user")
  private String who = "";

  @Option(
      name = "--since",
      description = "Not before: 2026-11-21T20:00:00Z, or so long ago: 90s, 15m, 2h, 7d")
  private String since = "";

  @Option(name = "--until", description = "Before")
  private String until = "";

  @Option(name = "--after", description = "After this revision")
  private long after;

  @Option(name = "--before", description = "Before this revision")
  private long before = Long.MAX_VALUE;

  @Option(name = "--limit", description = "At most so many commits")
  private int limit = 50;

  @Override
  JsonElement answer() {
    if (limit < 1) {
      throw new IllegalArgumentException("--limit must be at least 1");
    }
    var query =
        new AuditQuery(
            after,
            before,
            moment(since),
            moment(until),
            Optional.of(who).filter(name -> !name.isEmpty()),
            limit);
    var answer = new JsonArray();
    for (var record : query.of(part(Store.class).audit())) {
      var words = AuditQuery.words(record);
      var told = new JsonObject();
      for (int i = 0; i < words.size(); i++) {
        told.addProperty(COLUMNS.get(i), words.get(i));
      }
      answer.add(told);
    }
    return answer;
  }

  private static Optional<Instant> moment(String text) {
    return Optional.of(text)
        .filter(t -> !t.isEmpty())
        .map(t -> AuditQuery.moment(t, Instant.now()));
  }

  @Override
  void print(JsonElement answer, PrintStream out) {
    var sheet = new Sheet("REVISION", "TIME", "WHO", "DOOR", "FROM", "MEMBER", "CHANGES");
    for (var each : answer.getAsJsonArray()) {
      sheet.row(COLUMNS.stream().map(name -> Json.text(each, name)).toArray(String[]::new));
    }
    if (sheet.empty()) {
      out.println("Nobody changed anything, as far as is remembered.");
    } else {
      sheet.print(out);
    }
  }
}
