package io.heddle.model;

import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.NbGlobal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The switches whose plan a draft changes: by their own other_config, or by the prefix of MAC
 * addresses that NB_Global says for all that say none.
 *
 * @param book with that prefix, but the plans as they were
 * @param plans what they are now; empty where a switch gives no addresses any more
 */
record ChangedPlans(AddressBook book, Map<Place, Optional<AddressPlan>> plans) {
  static final Comparator<Row> OLDEST_FIRST =
      Comparator.comparingLong(Row::created).thenComparing(Row::uuid);

  /** Tells the draft what is at fault in the rows. */
  static ChangedPlans of(Draft draft, AddressBook before) {
    var prefixed = ofPrefix(draft, before);
    var book = prefixed.book;
    var plans = new LinkedHashMap<>(prefixed.plans);
    for (var place : draft.places()) {
      if (place.kind().equals(AddressBook.SWITCHES)) {
        var plan = draft.sound(place).flatMap(row -> plan(draft, book, place, row));
        if (!plan.equals(book.plan(place.uuid()))) {
          plans.put(place, plan);
        }
      }
    }
    return new ChangedPlans(book, plans);
  }

  /** Of the switches that say no prefix, where there is another for all. */
  private static ChangedPlans ofPrefix(Draft draft, AddressBook before) {
    var none = new ChangedPlans(before, Map.of());
    var touched = draft.places().stream().filter(p -> p.kind().equals(AddressBook.GLOBAL)).toList();
    if (touched.isEmpty()) {
      return none;
    }
    var now = touched.stream().flatMap(place -> draft.sound(place).stream()).findFirst();
    var old = touched.stream().flatMap(place -> draft.soundOld(place).stream()).findFirst();
    if (now.map(ChangedPlans::options).equals(old.map(ChangedPlans::options))) {
      return none;
    }
    long prefix =
        AddressBook.macPrefix(
            now, (key, why) -> draft.fault(now.orElseThrow(), "options[" + key + "]", why));
    if (prefix == before.macPrefix()) {
      return none;
    }
    var book = before.withMacPrefix(prefix);
    var plans = new LinkedHashMap<Place, Optional<AddressPlan>>();
    book.pages().keySet().stream()
        .flatMap(uuid -> draft.sound(new Place(AddressBook.SWITCHES, uuid)).stream())
        .sorted(OLDEST_FIRST)
        .forEach(row -> plans.put(new Place(row.kind(), row.uuid()), book.plan(row)));
    plans.entrySet().removeIf(e -> e.getValue().equals(book.plan(e.getKey().uuid())));
    plans.keySet().forEach(place -> draft.touch(place, touched.get(0)));
    return new ChangedPlans(book, plans);
  }

  private static Optional<AddressPlan> plan(Draft draft, AddressBook book, Place place, Row row) {
    return draft.soundOld(place).map(ChangedPlans::config).equals(Optional.of(config(row)))
        ? book.plan(row)
        : book.plan(row, (key, why) -> draft.fault(row, "other_config[" + key + "]", why));
  }

  private static Map<String, String> options(Row row) {
    return row.as(NbGlobal.class).getOptionsMap();
  }

  private static Map<String, String> config(Row row) {
    return row.as(LogicalSwitch.class).getOtherConfigMap();
  }
}
