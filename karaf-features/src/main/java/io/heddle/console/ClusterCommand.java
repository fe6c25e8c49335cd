package io.heddle.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.model.Cluster;
import io.heddle.model.Edition;
import io.heddle.model.Store;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code heddle:cluster}. */
@Service
@Command(scope = "heddle", name = "cluster", description = "The members, and how far each is")
public final class ClusterCommand extends Question {
  @Override
  JsonElement answer() {
    var cluster = part(Cluster.class);
    var members = new JsonArray();
    for (var member : cluster.members()) {
      var described = new JsonObject();
      described.addProperty("name", member.name());
      member.address().ifPresent(a -> described.addProperty("address", a));
      described.addProperty("live", member.live());
      described.addProperty("votes", member.votes());
      described.addProperty("leads", member.leads());
      member
          .told()
          .ifPresent(
              told -> {
                described.addProperty("revision", told.revision());
                described.addProperty("entry", told.entry());
                described.addProperty("version", told.version());
              });
      members.add(described);
    }
    var answer = new JsonObject();
    answer.addProperty("cluster", cluster.id().toString());
    answer.addProperty("self", cluster.self());
    answer.addProperty("term", cluster.term());
    answer.addProperty("version", Edition.of(part(Store.class).snapshot()));
    answer.add("members", members);
    return answer;
  }

  @Override
  void print(JsonElement answer, PrintStream out) {
    var sheet = new Sheet("MEMBER", "ADDRESS", "LIVE", "ROLE", "REVISION", "ENTRY", "VERSION");
    for (var each : Json.array(answer, "members")) {
      sheet.row(
          Json.text(each, "name"),
          Json.text(each, "address"),
          flag(each, "live") ? "yes" : "no",
          role(each),
          Json.text(each, "revision"),
          Json.text(each, "entry"),
          Json.text(each, "version"));
    }
    sheet.print(out);
    out.printf(
        "This is %s of cluster %s in term %s, of version %s.%n",
        Json.text(answer, "self"),
        Json.text(answer, "cluster"),
        Json.text(answer, "term"),
        Json.text(answer, "version"));
  }

  private static String role(JsonElement member) {
    if (flag(member, "leads")) {
      return "leader";
    }
    return flag(member, "votes") ? "follower" : "joining";
  }

  private static boolean flag(JsonElement object, String member) {
    return object.getAsJsonObject().get(member).getAsBoolean();
  }
}
