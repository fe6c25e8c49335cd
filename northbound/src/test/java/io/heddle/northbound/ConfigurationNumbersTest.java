package io.heddle.northbound;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.model.Edit;
import io.heddle.model.Membership.View;
import io.heddle.model.MemoryStore;
import io.heddle.model.Progress;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.NbGlobal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfigurationNumbersTest {
  private static final UUID ROW = new UUID(1, 1);
  private static final UUID CHASSIS = new UUID(2, 2);
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1234), ZoneOffset.UTC);

  private final MemoryStore store = new MemoryStore();
  private final Progress progress = new Progress();
  private final SettableMembership members = new SettableMembership(View.alone("m1", 1));
  private ConfigurationNumbers numbers = new ConfigurationNumbers(store, members, progress, CLOCK);

  @BeforeEach
  void begin() {
    progress.divided(1, Set.of(), Set.of(), Set.of());
  }

  @AfterEach
  void close() {
    numbers.close();
  }

  /** Returns the revision that raised it. */
  private long raise(long to) {
    var row = NbGlobal.newBuilder().setNbCfg(to).build();
    store.commit(Edit.transaction(Edit.update(uuid(), row, "nb_cfg"))).join();
    return store.snapshot().revision();
  }

  private UUID uuid() {
    return store.snapshot().rows(NbGlobal.class).keySet().iterator().next();
  }

  private NbGlobal row() {
    return store.snapshot().get(NbGlobal.class, uuid()).orElseThrow();
  }

  @Test
  void thereIsARowUntilSomebodyDeletesIt() {
    assertEquals(1, store.snapshot().revision());
    assertEquals(NbGlobal.getDefaultInstance(), row());
    store.commit(Edit.transaction(Edit.put(LogicalSwitch.getDefaultInstance()))).join();
    progress.compiled(2);
    assertEquals(2, store.snapshot().revision(), "nothing to write");
    store.commit(Edit.transaction(Edit.delete(NbGlobal.class, uuid()))).join();
    members.set(View.alone("m1", 2));
    assertEquals(3, store.snapshot().revision());
    store.commit(Edit.transaction(Edit.put(ROW, NbGlobal.getDefaultInstance()))).join();
    long revision = raise(1);
    progress.compiled(revision);
    assertEquals(1, row().getSbCfg(), "of a row that a client made");
  }

  @Test
  void whoDoesNotLeadMakesNoRow() {
    numbers.close();
    var other = new MemoryStore();
    var all = new TreeSet<>(List.of("m1", "m2", "m3"));
    members.set(new View("m1", all, all, Optional.of("m2"), 2));
    try (var follower = new ConfigurationNumbers(other, members, progress, CLOCK)) {
      assertEquals(0, other.snapshot().revision());
      members.set(new View("m1", all, all, Optional.of("m1"), 3));
      assertEquals(1, other.snapshot().rows(NbGlobal.class).size());
    }
  }

  @Test
  void theNumbersFollowOnceTheirRevisionGotThere() {
    progress.connected(CHASSIS);
    long revision = raise(1);
    assertEquals(0, row().getSbCfg());
    progress.compiled(revision);
    assertEquals(1, row().getSbCfg());
    assertEquals(1234, row().getSbCfgTimestamp());
    assertEquals(1234, row().getNbCfgTimestamp());
    assertEquals(0, row().getHvCfg(), "the chassis has it not yet");
    progress.installed(CHASSIS, revision);
    assertEquals(1, row().getHvCfg());
    assertEquals(1234, row().getHvCfgTimestamp());
  }

  @Test
  void whatIsRaisedMeanwhileIsAnsweredToo() {
    progress.compiled(1);
    long first = raise(1);
    long second = raise(2);
    progress.compiled(first);
    assertEquals(1, row().getSbCfg());
    progress.compiled(second);
    assertEquals(2, row().getSbCfg());
    assertEquals(2, row().getHvCfg(), "no chassis is connected");
  }

  @Test
  void whatAClientWroteThereIsPutRight() {
    progress.compiled(raise(3));
    var wrong = NbGlobal.newBuilder().setSbCfg(77).build();
    store.commit(Edit.observation(Edit.update(uuid(), wrong, "sb_cfg"))).join();
    assertEquals(3, row().getSbCfg());
  }

  @Test
  void whatWasRaisedBeforeTheStartIsAnswered() {
    numbers.close();
    long revision = raise(5);
    progress.compiled(revision);
    assertEquals(0, row().getSbCfg());
    numbers = new ConfigurationNumbers(store, members, progress, CLOCK);
    assertEquals(5, row().getSbCfg());
    assertEquals(5, row().getHvCfg());
  }

  @Test
  void whoDoesNotLeadWritesNothingUntilItDoes() {
    var all = new TreeSet<>(List.of("m1", "m2", "m3"));
    members.set(new View("m1", all, all, Optional.of("m2"), 2));
    progress.compiled(raise(4));
    assertEquals(0, row().getSbCfg());
    members.set(new View("m1", all, all, Optional.empty(), 3));
    assertEquals(0, row().getSbCfg());
    members.set(new View("m1", all, all, Optional.of("m1"), 3));
    assertEquals(4, row().getSbCfg());
  }
}
