package io.heddle.northbound.rowfile;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.heddle.model.Kind;
import io.heddle.model.Schema;
import io.heddle.v1.Operation;
import io.heddle.v1.Put;
import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Rows written by people, as JSON or YAML 1.2: one row, a list of rows or, in YAML, several
 * documents. A row is its message in protobuf's JSON form with a {@code kind} ("LogicalSwitch") or
 * {@code @type} ("…/heddle.v1.LogicalSwitch"), and with a {@code uuid} where its name does not tell
 * which row it is. A file may also be one whole transaction in protobuf's JSON form, recognised by
 * its {@code operations}.
 *
 * @param labels how to call each of the transaction's operations: "FILE row 2 (LogicalSwitch s1)"
 * @param transaction all rows of the file
 */
public record RowFile(List<String> labels, Transaction transaction) {
  /** Characters of a file. */
  public static final int LENGTH = 64 << 20;

  /**
   * What {@code heddlectl} prints about rows beside their fields, and ignores when it reads them.
   */
  private static final Set<String> PRINTED = Set.of("created", "version");

  private static final JsonFormat.Parser PARSER =
      JsonFormat.parser()
          .usingTypeRegistry(
              JsonFormat.TypeRegistry.newBuilder()
                  .add(Schema.rows().kinds().stream().map(Kind::descriptor).toList())
                  .build());

  /** Everything that is wrong with a file, by row. */
  public static final class MalformedException extends Exception {
    private final transient List<String> faults;

    MalformedException(List<String> faults) {
      super(String.join("\n", faults));
      this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
      return faults;
    }
  }

  /**
   * @param file what the file is called in messages
   */
  public static RowFile parse(String file, String text) throws MalformedException {
    var elements = elements(file, text);
    return elements.size() == 1 && isTransaction(elements.get(0))
        ? transaction(file, elements.get(0))
        : rows(file, elements);
  }

  private static boolean isTransaction(JsonElement element) {
    return element.isJsonObject() && element.getAsJsonObject().has("operations");
  }

  private static RowFile transaction(String file, JsonElement element) throws MalformedException {
    var transaction = Transaction.newBuilder();
    try {
      PARSER.merge(element.toString(), transaction);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedException(List.of(file + ": " + e.getMessage()));
    }
    var labels =
        IntStream.range(0, transaction.getOperationsCount())
            .mapToObj(i -> file + " operations[" + i + "]")
            .toList();
    return new RowFile(labels, transaction.build());
  }

  private static RowFile rows(String file, List<JsonElement> elements) throws MalformedException {
    var labels = new ArrayList<String>();
    var faults = new ArrayList<String>();
    var transaction = Transaction.newBuilder();
    for (var element : elements) {
      var label = file + " row " + (labels.size() + 1) + describe(element);
      labels.add(label);
      try {
        transaction.addOperations(Operation.newBuilder().setPut(put(element)));
      } catch (IllegalArgumentException e) {
        faults.add(label + ": " + e.getMessage());
      }
    }
    if (labels.isEmpty()) {
      faults.add(file + ": no rows");
    }
    if (!faults.isEmpty()) {
      throw new MalformedException(faults);
    }
    return new RowFile(List.copyOf(labels), transaction.build());
  }

  private static List<JsonElement> elements(String file, String text) throws MalformedException {
    var rows = new ArrayList<JsonElement>();
    try {
      for (var document : documents(text)) {
        if (document.isJsonArray()) {
          document.getAsJsonArray().forEach(rows::add);
        } else if (!document.isJsonNull()) {
          rows.add(document);
        }
      }
    } catch (JsonParseException | YamlEngineException e) {
      throw new MalformedException(List.of(file + ": " + e.getMessage()));
    }
    return rows;
  }

  private static List<JsonElement> documents(String text) {
    var start = text.stripLeading();
    if (start.startsWith("{") || start.startsWith("[")) {
      return List.of(JsonParser.parseString(text));
    }
    var gson = new Gson();
    var documents = new ArrayList<JsonElement>();
    var settings = LoadSettings.builder().setCodePointLimit(LENGTH).build();
    new Load(settings).loadAllFromString(text).forEach(d -> documents.add(gson.toJsonTree(d)));
    return documents;
  }

  private static String describe(JsonElement row) {
    if (!row.isJsonObject()) {
      return "";
    }
    var name = text(row.getAsJsonObject(), "name").or(() -> text(row.getAsJsonObject(), "uuid"));
    return kind(row.getAsJsonObject())
        .map(kind -> " (" + kind + name.map(n -> " " + n).orElse("") + ")")
        .orElse("");
  }

  private static Put put(JsonElement element) {
    if (!element.isJsonObject()) {
      throw new IllegalArgumentException("is no object");
    }
    var fields = element.getAsJsonObject().deepCopy();
    var kind = kind(fields).orElseThrow(() -> unknownKind(fields));
    var uuid = text(fields, "uuid").orElse("");
    Set.of("kind", "@type", "uuid").forEach(fields::remove);
    PRINTED.stream()
        .filter(name -> kind.descriptor().findFieldByName(name) == null)
        .forEach(fields::remove);
    return Put.newBuilder().setUuid(uuid).setRow(Any.pack(message(kind, fields))).build();
  }

  private static Message message(Kind kind, JsonObject fields) {
    var message = kind.prototype().newBuilderForType();
    try {
      PARSER.merge(fields.toString(), message);
      return message.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Optional<Kind> kind(JsonObject row) {
    var typed =
        text(row, "@type")
            .flatMap(url -> Schema.rows().kind(Any.newBuilder().setTypeUrl(url).build()));
    return typed.or(() -> text(row, "kind").flatMap(Kinds::named));
  }

  private static IllegalArgumentException unknownKind(JsonObject row) {
    return new IllegalArgumentException(
        text(row, "@type")
            .or(() -> text(row, "kind"))
            .map(Kinds::unknown)
            .orElse("says no kind (\"kind\": \"LogicalSwitch\", for instance)"));
  }

  private static Optional<String> text(JsonObject row, String field) {
    var value = row.get(field);
    return value != null && value.isJsonPrimitive()
        ? Optional.of(value.getAsString())
        : Optional.empty();
  }
}
