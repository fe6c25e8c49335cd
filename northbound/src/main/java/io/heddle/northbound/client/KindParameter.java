package io.heddle.northbound.client;

import io.heddle.model.Kind;
import io.heddle.model.Schema;
import io.heddle.northbound.rowfile.Kinds;
import io.heddle.v1.RowRef;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A kind of row on the command line. */
final class KindParameter implements ITypeConverter<Kind>, Iterable<String> {
  private static final int UUID_LENGTH = 36;

  KindParameter() {}

  @Override
  public Kind convert(String text) {
    return Kinds.named(text).orElseThrow(() -> new TypeConversionException(Kinds.unknown(text)));
  }

  @Override
  public Iterator<String> iterator() {
    return Schema.rows().kinds().stream().map(Kind::name).iterator();
  }

  /** A row by what a person calls it: its name or its UUID. */
  static RowRef row(Kind kind, String name) {
    var row = RowRef.newBuilder().setKind(kind.name());
    boolean uuid = name.length() == UUID_LENGTH && name.matches("[0-9a-fA-F-]+");
    return (uuid ? row.setUuid(name) : row.setName(name)).build();
  }
}
