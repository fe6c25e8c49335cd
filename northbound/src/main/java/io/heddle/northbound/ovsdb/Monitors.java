package io.heddle.northbound.ovsdb;

import com.google.common.collect.Iterators;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.heddle.model.relation.OvsdbError;
import io.heddle.northbound.ovsdb.Database.Commit;
import io.heddle.northbound.ovsdb.Database.View;
import io.heddle.northbound.ovsdb.Message.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** All that one client monitors. Monitors of one database are told of the same revisions. */
final class Monitors implements AutoCloseable {
  private final SharedUpdates updates;
  private final SharedContents contents;
  private final OvsdbLimits limits;
  private final Map<JsonElement, Monitor> monitors = new LinkedHashMap<>();
  private final Map<Database, RecentCommits.Reader> told = new HashMap<>();

  /** The tables monitored, for other threads to see. */
  private volatile Map<Database, Set<String>> tables = Map.of();

  Monitors(SharedUpdates updates, SharedContents contents, OvsdbLimits limits) {
    this.updates = updates;
    this.contents = contents;
    this.limits = limits;
  }

  /** Begins a monitor and returns the answer. */
  Iterator<byte[]> add(Request request, Monitor.Version version, Database database)
      throws FaultException {
    var params = request.params();
    boolean resumes = version == Monitor.Version.MONITOR_COND_SINCE;
    if (params.size() < 3
        || version != Monitor.Version.MONITOR && params.size() != (resumes ? 4 : 3)) {
      throw FaultException.syntax(params, "invalid parameters");
    }
    var id = params.get(1);
    if (monitors.containsKey(id)) {
      throw FaultException.syntax(id, "duplicate monitor ID");
    }
    if (monitors.size() >= limits.monitors()) {
      throw FaultException.of(
          OvsdbError.RESOURCES_EXHAUSTED, "the limit monitors of " + limits.monitors());
    }
    var spec =
        new MonitorReader(database.schema(), limits)
            .read(params.get(2), version != Monitor.Version.MONITOR);
    var since = resumes ? since(params.get(3), database) : OptionalLong.empty();
    var monitor = new Monitor(id, version, database, spec);
    var view = told.computeIfAbsent(database, Database::follow).view();
    monitors.put(id, monitor);
    publish();
    return resumes
        ? resumed(request, monitor, view, since)
        : answer(request, "", contents.of(monitor, view), "");
  }

  private static OptionalLong since(JsonElement last, Database database) throws FaultException {
    if (!Json.isString(last)) {
      throw FaultException.syntax(last, "last-txn-id must be string");
    }
    var id = DatumReader.uuid(last.getAsString());
    if (id.isEmpty()) {
      throw FaultException.syntax(last, "last-txn-id must be UUID format.");
    }
    return database.revision(id.get());
  }

  private Iterator<byte[]> resumed(
      Request request, Monitor monitor, View view, OptionalLong since) {
    var missed =
        since.isPresent()
            ? updates.since(since.getAsLong(), monitor, view)
            : Optional.<List<byte[]>>empty();
    var head = "[" + missed.isPresent() + ",\"" + monitor.database().id(view.revision()) + "\",";
    return answer(
        request, head, missed.map(List::iterator).orElseGet(() -> contents.of(monitor, view)), "]");
  }

  private static Iterator<byte[]> answer(
      Request request, String head, Iterator<byte[]> text, String tail) {
    return Iterators.concat(
        Chunks.text("{\"id\":" + Json.text(request.id()) + ",\"error\":null,\"result\":" + head),
        text,
        Chunks.text(tail + "}"));
  }

  /** Gives a monitor other conditions; returns what is told because of that, and the answer. */
  Iterator<byte[]> change(Request request) throws FaultException {
    var params = request.params();
    if (params.size() != 3) {
      throw FaultException.syntax(params, "invalid parameters");
    }
    var monitor = monitors.get(params.get(0));
    if (monitor == null) {
      throw FaultException.syntax(params.get(0), "unknown monitor session");
    }
    var newId = params.get(1);
    if (!newId.equals(monitor.id()) && monitors.containsKey(newId)) {
      throw FaultException.syntax(newId, "duplicate monitor ID");
    }
    var database = monitor.database();
    var spec = new MonitorReader(database.schema(), limits).changed(monitor.spec(), params.get(2));
    var changed = monitor.changed(newId, spec);
    monitors.remove(monitor.id());
    monitors.put(newId, changed);
    var view = told.get(database).view();
    var answer = Chunks.of(Message.reply(request.id(), new JsonObject()));
    return new UpdateWriter(spec)
        .since(monitor.spec(), view.tables())
        .map(text -> Iterators.concat(update(changed, view.revision(), text), answer))
        .orElse(answer);
  }

  /** Ends a monitor and returns the answer. */
  Iterator<byte[]> cancel(Request request) {
    var params = request.params();
    if (params.size() != 1) {
      return Chunks.of(Message.error(request.id(), new JsonPrimitive("invalid parameters")));
    }
    var monitor = monitors.remove(params.get(0));
    if (monitor == null) {
      return Chunks.of(Message.error(request.id(), new JsonPrimitive("unknown monitor")));
    }
    if (monitors.values().stream().noneMatch(m -> m.database() == monitor.database())) {
      told.remove(monitor.database()).close();
    }
    publish();
    return Chunks.of(Message.reply(request.id(), new JsonObject()));
  }

  private void publish() {
    var monitored = new HashMap<Database, Set<String>>();
    for (var monitor : monitors.values()) {
      monitored
          .computeIfAbsent(monitor.database(), d -> new HashSet<>())
          .addAll(monitor.spec().tables().keySet());
    }
    tables = monitored;
  }

  /** Whether there may be something to tell of the commit. Any thread may ask. */
  boolean concerns(Database database, Commit commit) {
    return !Collections.disjoint(tables.getOrDefault(database, Set.of()), commit.changed());
  }

  /** Whether the client has been told of the revision, or does not want to be told. */
  boolean isTold(Database database, long revision) {
    var reader = told.get(database);
    return reader == null || reader.view().revision() >= revision;
  }

  /** Whether there are commits that the client was not told of and that nobody remembers. */
  boolean isForgotten() {
    return told.values().stream().anyMatch(RecentCommits.Reader::isBehind);
  }

  /**
   * Goes one commit further and returns what there is to tell, which may be nothing; empty where
   * there is no commit.
   */
  Optional<Iterator<byte[]>> next() {
    for (var entry : told.entrySet()) {
      var commit = entry.getValue().next();
      if (commit.isPresent()) {
        return Optional.of(updates(entry.getKey(), commit.get()));
      }
    }
    return Optional.empty();
  }

  private Iterator<byte[]> updates(Database database, Commit commit) {
    var texts = new ArrayList<Iterator<byte[]>>();
    for (var monitor : monitors.values()) {
      if (monitor.database() == database && monitor.spec().concerns(commit.changed())) {
        updates
            .of(monitor, commit)
            .ifPresent(text -> texts.add(update(monitor, commit.revision(), text)));
      }
    }
    return Iterators.concat(texts.iterator());
  }

  private static Iterator<byte[]> update(Monitor monitor, long revision, List<byte[]> text) {
    return Iterators.concat(
        Chunks.text(monitor.head(revision)), text.iterator(), Chunks.text(Monitor.tail()));
  }

  /** The client is gone. */
  @Override
  public void close() {
    told.values().forEach(RecentCommits.Reader::close);
    told.clear();
  }
}
