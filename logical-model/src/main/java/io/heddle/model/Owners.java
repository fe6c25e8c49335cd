package io.heddle.model;

import com.google.protobuf.Message;
import java.util.List;

/** Whom rows belong to that may belong to several. */
public final class Owners {
  private Owners() {}

  /** Where the first owner is gone and there are further ones, one of these is the first now. */
  public static void settle(Message.Builder row) {
    var owners = Schema.rows().kind(row.getDescriptorForType().getName()).orElseThrow().owners();
    for (var first : owners) {
      if (!first.isRepeated() && first.isDefault(row)) {
        owners.stream()
            .filter(further -> further.isRepeated() && further.owner().equals(first.owner()))
            .filter(further -> !further.isDefault(row))
            .findFirst()
            .ifPresent(further -> inherit(row, first, further));
      }
    }
  }

  private static void inherit(Message.Builder row, Column first, Column further) {
    var texts = further.texts(row);
    row.setField(first.field(), texts.get(0));
    row.setField(further.field(), List.copyOf(texts.subList(1, texts.size())));
  }
}
