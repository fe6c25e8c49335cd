package io.heddle.model;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.heddle.v1.Allocation;
import io.heddle.v1.RowsProto;
import io.heddle.v1.SchemaProto;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All kinds of row: every message of rows.proto that carries the {@code kind} option. */
public final class Schema {
  private static final Schema ROWS = new Schema(RowsProto.getDescriptor());

  private final Map<String, Kind> byName = new LinkedHashMap<>();
  private final Map<Class<?>, Kind> byType = new LinkedHashMap<>();
  private final Map<Kind, List<Reference>> references = new HashMap<>();
  private final Map<Kind, List<Allocation>> pools = new HashMap<>();

  /** A column by which rows of a kind refer to others. */
  public record Reference(Kind from, Column column) {}

  private Schema(FileDescriptor file) {
    for (var message : file.getMessageTypes()) {
      if (message.getOptions().hasExtension(SchemaProto.kind)) {
        var kind = new Kind(prototype(file, message.getName()));
        byName.put(kind.name(), kind);
        byType.put(kind.type(), kind);
      }
    }
    for (var kind : byName.values()) {
      references.put(kind, referencesTo(kind));
      pools.put(kind, poolsWithin(kind));
    }
  }

  private List<Allocation> poolsWithin(Kind kind) {
    return byName.values().stream()
        .flatMap(
            from ->
                from.allocated().stream()
                    .flatMap(column -> column.allocated().stream())
                    .filter(a -> !a.getScope().isEmpty())
                    .filter(a -> from.column(a.getScope()).refersTo(kind)))
        .toList();
  }

  private List<Reference> referencesTo(Kind kind) {
    return byName.values().stream()
        .flatMap(
            from ->
                from.columns().stream()
                    .filter(column -> column.refersTo(kind))
                    .map(column -> new Reference(from, column)))
        .toList();
  }

  /**
   * The generated class's default instance, so that rows can be read by their generated getters.
   */
  private static Message prototype(FileDescriptor file, String name) {
    var type = file.getOptions().getJavaPackage() + "." + name;
    try {
      return (Message)
          Schema.class
              .getClassLoader()
              .loadClass(type)
              .getMethod("getDefaultInstance")
              .invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no class " + type + " for a kind of row", e);
    }
  }

  public static Schema rows() {
    return ROWS;
  }

  public Collection<Kind> kinds() {
    return byName.values();
  }

  /** All columns that refer to rows of a kind. */
  public List<Reference> references(Kind to) {
    return references.get(to);
  }

  /** What numbers are allocated from that each row of a kind has pools of its own for. */
  List<Allocation> pools(Kind within) {
    return pools.get(within);
  }

  public Optional<Kind> kind(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The kind of a generated row class, for instance {@code LogicalSwitch.class}. */
  public Kind kind(Class<? extends Message> type) {
    var kind = byType.get(type);
    if (kind == null) {
      throw new IllegalArgumentException(type + " is not a kind of row");
    }
    return kind;
  }

  public Kind kind(Message row) {
    return row instanceof DynamicMessage
        ? kind(row.getDescriptorForType().getName()).orElseThrow()
        : kind(row.getClass());
  }

  /** The kind an Any's type URL names, whatever stands before its last slash. */
  public Optional<Kind> kind(Any any) {
    var url = any.getTypeUrl();
    var full = url.substring(url.lastIndexOf('/') + 1);
    return kind(full.substring(full.lastIndexOf('.') + 1))
        .filter(k -> k.descriptor().getFullName().equals(full));
  }
}
