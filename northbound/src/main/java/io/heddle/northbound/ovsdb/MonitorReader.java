package io.heddle.northbound.ovsdb;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.model.relation.Clause;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.OvsdbError;
import io.heddle.model.relation.TableSchema;
import io.heddle.model.relation.Where;
import io.heddle.northbound.ovsdb.MonitorSpec.Column;
import io.heddle.northbound.ovsdb.MonitorSpec.Select;
import io.heddle.northbound.ovsdb.MonitorSpec.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What clients want to monitor, from JSON. */
final class MonitorReader {
  /** Keeps equal ones one, so that to compare them is quick. */
  private static final Interner<MonitorSpec> SPECS = Interners.newWeakInterner();

  private final DatabaseSchema schema;
  private final OvsdbLimits limits;
  private final ClauseReader clauses = new ClauseReader(DatumReader.withoutNames());

  MonitorReader(DatabaseSchema schema, OvsdbLimits limits) {
    this.schema = schema;
    this.limits = limits;
  }

  /**
   * @param json table names and {@code <monitor-requests>} (RFC 7047, section 4.1.5)
   * @param conditional whether it may say "where", and wants differences
   */
  MonitorSpec read(JsonElement json, boolean conditional) throws FaultException {
    if (!(json instanceof JsonObject object)) {
      throw FaultException.syntax(json, "monitor-requests must be object");
    }
    var tables = new HashMap<String, Table>();
    for (var member : object.entrySet()) {
      var table =
          schema
              .table(member.getKey())
              .orElseThrow(() -> FaultException.syntax("no table named " + member.getKey()));
      tables.put(table.name(), table(table, member.getValue(), conditional));
    }
    return bounded(new MonitorSpec(conditional, tables));
  }

  private Table table(TableSchema table, JsonElement json, boolean conditional)
      throws FaultException {
    var columns = new LinkedHashMap<String, Column>();
    var where = new ArrayList<Clause>();
    boolean all = false;
    var select = EnumSet.noneOf(Select.class);
    for (var request : requests(json)) {
      var members = new Members(request, "table " + table.name());
      var conditions = conditional ? members.optionalArray("where") : Optional.<JsonArray>empty();
      var names = members.optionalArray("columns");
      var when = members.optionalObject("select");
      members.finish();
      var told = when.isPresent() ? select(table, when.get()) : EnumSet.allOf(Select.class);
      select.addAll(told);
      var syntax = names.isPresent() ? names.get() : request;
      for (var name : names.isPresent() ? names(table, names.get()) : all(table)) {
        var column =
            new Column(table.column(name).orElseThrow(), Collections.unmodifiableSet(told));
        if (columns.put(name, column) != null) {
          throw FaultException.syntax(syntax, "column " + name + " mentioned more than once");
        }
      }
      var condition = clauses.clauses(table, conditions.orElseGet(JsonArray::new));
      all |= condition.isEmpty();
      where.addAll(condition);
    }
    return new Table(
        new Where(table, all ? List.of() : List.copyOf(where)),
        List.copyOf(columns.values()),
        Collections.unmodifiableSet(select));
  }

  private static Iterable<JsonElement> requests(JsonElement json) {
    return json instanceof JsonArray array ? array : List.of(json);
  }

  private static List<String> names(TableSchema table, JsonArray json) throws FaultException {
    var names = new ArrayList<String>();
    for (var name : json) {
      if (!Json.isString(name)) {
        throw FaultException.syntax(json, "array of column names expected");
      }
      if (table.column(name.getAsString()).isEmpty()) {
        throw FaultException.syntax(json, name.getAsString() + " is not a valid column name");
      }
      names.add(name.getAsString());
    }
    return names;
  }

  /** Who does not name columns gets all but the UUID, by which the row is told anyway. */
  private static List<String> all(TableSchema table) {
    return table.columns().keySet().toList().append(TableSchema.VERSION).asJava();
  }

  private static Set<Select> select(TableSchema table, JsonObject json) throws FaultException {
    var members = new Members(json, "table " + table.name() + " select");
    var select = EnumSet.noneOf(Select.class);
    for (var value : Select.values()) {
      if (members.bool(value.name().toLowerCase(Locale.ROOT), true)) {
        select.add(value);
      }
    }
    members.finish();
    return select;
  }

  /**
   * The same with other conditions.
   *
   * @param json table names and {@code <monitor-cond-update-request>}s
   */
  MonitorSpec changed(MonitorSpec spec, JsonElement json) throws FaultException {
    if (!(json instanceof JsonObject object)) {
      throw FaultException.syntax("monitor-cond-change-requests must be object");
    }
    var tables = new HashMap<>(spec.tables());
    for (var member : object.entrySet()) {
      var name = member.getKey();
      var table =
          schema.table(name).orElseThrow(() -> FaultException.syntax("no table named " + name));
      var old =
          spec.table(name)
              .orElseThrow(
                  () -> FaultException.syntax("no table named " + name + " in monitor session"));
      if (!(member.getValue() instanceof JsonArray requests)) {
        throw FaultException.syntax("table " + name + " no monitor-cond-change JSON array");
      }
      for (var request : requests) {
        var where = condition(table, request);
        if (spec.differences()) {
          tables.put(name, old.meeting(where));
        }
      }
    }
    return bounded(new MonitorSpec(spec.differences(), tables));
  }

  private List<Clause> condition(TableSchema table, JsonElement request) throws FaultException {
    var members = new Members(request, "table " + table.name());
    var columns = members.optionalArray("columns");
    var where = members.optionalArray("where");
    members.finish();
    if (columns.isPresent()) {
      throw FaultException.syntax(request, "changing columns is unsupported");
    }
    return clauses.clauses(table, where.orElseGet(JsonArray::new));
  }

  private MonitorSpec bounded(MonitorSpec spec) throws FaultException {
    int conditions =
        spec.tables().values().stream().mapToInt(t -> t.where().clauses().size()).sum();
    if (conditions > limits.conditions()) {
      throw FaultException.of(
          OvsdbError.RESOURCES_EXHAUSTED,
          conditions + " conditions are more than the limit conditions of " + limits.conditions());
    }
    return SPECS.intern(spec);
  }
}
