package io.heddle.northbound.raft;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.atomix.cluster.AtomixCluster;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer.Role;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.atomix.utils.concurrent.ThreadModel;
import io.atomix.utils.time.WallClockTimestamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** One member of three, m1, to which the others' messages are handed directly. */
@Timeout(60)
class DurableRaftContextTest {
  /** Whom the transport takes for this member. */
  private static final MemberId HERE = MemberId.from("heddle");

  private static final MemberId M1 = MemberId.from("m1");
  private static final MemberId M2 = MemberId.from("m2");
  private static final MemberId M3 = MemberId.from("m3");

  @TempDir Path folder;

  private AtomixCluster cluster;
  private Checkpoints checkpoints;
  private final Set<String> gone = ConcurrentHashMap.newKeySet();
  private final Set<String> silent = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean awaited = new AtomicBoolean();
  private Gate gate;
  private DurableRaftContext raft;

  @BeforeEach
  void open() throws Exception {
    var settings = StoreSettings.alone(folder);
    cluster = Transport.of(settings);
    cluster.start().get(20, TimeUnit.SECONDS);
    var data = Files.createDirectories(folder.resolve("raft"));
    var start = Checkpoint.read(data);
    checkpoints = new Checkpoints(data, start);
    gate =
        new Gate(
            cluster.getCommunicationService(),
            Duration.ofHours(1),
            gone::contains,
            silent::contains);
    raft =
        new DurableRaftContext(
            RaftNode.NAME,
            M1,
            cluster.getMembershipService(),
            gate,
            RaftNode.storage(settings, data),
            new RowsPrimitive(
                new Replica(
                    start, checkpoints, (batch, from) -> Optional.empty(), (batch, outcomes) -> {}),
                awaited::get),
            ThreadModel.SHARED_THREAD_POOL.factory("raft-%d", 2, LoggerFactory.getLogger("test")));
    raft.setElectionTimeout(Duration.ofHours(1));
    var members = new ArrayList<>(List.of(member(M1), member(M2), member(M3)));
    var configuration = new Configuration(1, 1, 1, members);
    raft.getMetaStore().storeConfiguration(configuration);
    inRaft(() -> raft.getCluster().configure(configuration));
  }

  private static RaftMember member(MemberId id) {
    return new DefaultRaftMember(id, RaftMember.Type.ACTIVE, Instant.EPOCH);
  }

  @AfterEach
  void close() {
    raft.close();
    checkpoints.close();
    cluster.stop().join();
  }

  private <T> T inRaft(Supplier<T> work) throws Exception {
    return CompletableFuture.supplyAsync(work, raft.getThreadContext()).get(20, TimeUnit.SECONDS);
  }

  private void doInRaft(Runnable work) throws Exception {
    CompletableFuture.runAsync(work, raft.getThreadContext()).get(20, TimeUnit.SECONDS);
  }

  /**
   * @param entries the term of each that is sent
   */
  private AppendResponse append(
      long term, MemberId leader, long before, long termBefore, long commit, List<Long> entries)
      throws Exception {
    var request = request(term, leader, before, termBefore, commit, entries);
    return gate.append(request, this::onAppend).get(20, TimeUnit.SECONDS);
  }

  private CompletableFuture<AppendResponse> onAppend(AppendRequest request) {
    return CompletableFuture.supplyAsync(
            () -> raft.getRaftRole().onAppend(request), raft.getThreadContext())
        .thenCompose(answer -> answer);
  }

  private boolean votes(long term, MemberId candidate) throws Exception {
    var request =
        VoteRequest.builder()
            .withTerm(term)
            .withCandidate(candidate)
            .withLastLogIndex(1_000)
            .withLastLogTerm(term)
            .build();
    return inRaft(() -> raft.getRaftRole().onVote(request)).get(20, TimeUnit.SECONDS).voted();
  }

  private static AppendRequest request(
      long term, MemberId leader, long before, long termBefore, long commit, List<Long> entries) {
    return AppendRequest.builder()
        .withTerm(term)
        .withLeader(leader)
        .withPrevLogIndex(before)
        .withPrevLogTerm(termBefore)
        .withCommitIndex(commit)
        .withEntries(
            entries.stream()
                .<RaftLogEntry>map(t -> new InitializeEntry(t, 0))
                .collect(Collectors.toCollection(ArrayList::new)))
        .build();
  }

  /** Else there might be two leaders in one term. */
  @Test
  void itVotesOnceInATermWhoeverLeadsMeanwhile() throws Exception {
    doInRaft(
        () -> {
          raft.setTerm(5);
          raft.setLastVotedFor(M2);
          raft.setLeader(M2);
          raft.setLeader(null);
        });
    assertEquals(M2, inRaft(raft::getLastVotedFor));
    assertEquals(M2, raft.getMetaStore().loadVote());
    doInRaft(() -> raft.setTerm(6));
    assertNull(inRaft(raft::getLastVotedFor));
    assertNull(raft.getMetaStore().loadVote());
  }

  /** The library forgets the vote for a moment whenever it learns of a leader. */
  @Test
  void whoIsStartedWithoutAVoteMayHaveVoted() throws Exception {
    append(1, M2, 0, 0, 0, List.of(1L));
    assertTrue(votes(5, M2));
    raft.getMetaStore().storeVote(null);
    close();
    open();
    doInRaft(() -> raft.transition(Role.FOLLOWER));
    assertFalse(votes(5, M3));
    assertTrue(votes(6, M3));
  }

  /**
   * A leader that has compacted its log sends what it has without knowing what comes before. Here
   * are entries that were never committed; they must not be applied, nor count as the leader's.
   */
  @Test
  void whatFollowsTheUnknownIsTakenOnlyAfterItsSnapshot() throws Exception {
    assertTrue(append(1, M2, 0, 0, 0, List.of(1L, 1L, 1L)).succeeded());
    for (var entries : List.of(List.<Long>of(), List.of(2L))) {
      var answer = append(2, M3, 100, 0, 200, entries);
      assertFalse(answer.succeeded());
      assertEquals(3, answer.lastLogIndex());
      assertEquals(0, inRaft(raft::getCommitIndex));
      assertEquals(3, inRaft(() -> raft.getLogWriter().getLastIndex()));
    }
    assertEquals(M3, raft.getLeader().memberId());

    var snapshot = raft.getSnapshotStore().newSnapshot(100, new WallClockTimestamp());
    snapshot.openWriter().close();
    snapshot.complete();
    var answer = append(2, M3, 100, 0, 200, List.of(2L));
    assertTrue(answer.succeeded());
    assertEquals(101, answer.lastLogIndex());
    assertEquals(101, inRaft(raft::getCommitIndex));
  }

  /** What is returned is what the library takes for applied already, or about to be. */
  @Test
  void aFollowerAppliesTogetherWhatComesInQuickSuccession() throws Exception {
    assertTrue(append(1, M2, 0, 0, 0, Collections.nCopies(101, 1L)).succeeded());
    long later =
        inRaft(
            () -> LongStream.rangeClosed(1, 100).filter(i -> raft.setCommitIndex(i) == i).count());
    assertTrue(later > 50, () -> later + " of 100");
    eventually("they are applied", () -> raft.getLastApplied() >= 100);
    awaited.set(true);
    assertEquals(100, inRaft(() -> raft.setCommitIndex(101)));
  }

  /** Else followers would take its entries for those of its successor. */
  @Test
  void aLeaderThatHearsOfItsSuccessorLeadsNoMore() throws Exception {
    assertTrue(append(1, M2, 0, 0, 0, List.of(1L)).succeeded());
    var configure =
        ConfigureRequest.builder()
            .withTerm(3)
            .withLeader(M2)
            .withIndex(1)
            .withTime(1)
            .withMembers(List.of(member(M1), member(M2), member(M3)))
            .build();
    inRaft(
        () -> {
          raft.setTerm(2);
          raft.transition(Role.LEADER);
          return raft.getRaftRole().onConfigure(configure);
        });
    assertEquals(3, raft.getTerm());
    assertEquals(Role.FOLLOWER, inRaft(raft::getRole));
    assertEquals(M2, raft.getLeader().memberId());
  }

  /** Else it would keep the others from electing one that can write. */
  @Test
  void aLeaderThatCannotWriteTakesNoPartAnyMore() throws Exception {
    assertTrue(append(1, M2, 0, 0, 0, List.of(1L)).succeeded());
    doInRaft(
        () -> {
          raft.setTerm(2);
          raft.transition(Role.LEADER);
          // Its first entry is written and not flushed yet: only a part of it arrives on the disk.
          cutLastEntry();
        });
    becomes(Role.INACTIVE, raft::getRole);
    assertTrue(raft.hasFailed());
    assertFalse(raft.isLeader());
    assertEquals(RaftResponse.Status.ERROR, append(3, M2, 1, 1, 1, List.of(3L)).status());
    doInRaft(() -> raft.transition(Role.FOLLOWER));
    assertEquals(Role.INACTIVE, inRaft(raft::getRole));
  }

  /** Who hears a leader lets nobody else stand, and waits a while for one that it does not hear. */
  @Test
  void nobodyWaitsForALeaderThatIsKnownToBeGone() throws Exception {
    gate.append(HERE, request(1, M2, 0, 0, 0, List.of(1L))).get(20, TimeUnit.SECONDS);
    var poll =
        PollRequest.builder()
            .withTerm(1)
            .withCandidate(M3)
            .withLastLogIndex(1)
            .withLastLogTerm(1)
            .build();
    var answer = gate.poll(HERE, poll);
    assertThrows(TimeoutException.class, () -> answer.get(300, TimeUnit.MILLISECONDS));
    gone.add("m2");
    assertTrue(answer.get(20, TimeUnit.SECONDS).accepted());
    assertTrue(gate.poll(HERE, poll).get(20, TimeUnit.SECONDS).accepted());
  }

  /** Where the votes were split, it would be waited for as long as for a leader. */
  @Test
  void whoStoodInVainStandsAgainSoon() throws Exception {
    var waits = new LinkedBlockingQueue<String>();
    raft.addRoleChangeListener(role -> waits.add(role + " " + raft.getElectionTimeout()));
    doInRaft(
        () -> {
          // Nobody answers.
          raft.transition(Role.CANDIDATE);
        });
    assertEquals("CANDIDATE PT1H", waits.poll(20, TimeUnit.SECONDS));
    assertEquals("FOLLOWER PT15M", waits.poll(20, TimeUnit.SECONDS));
    assertEquals(Duration.ofHours(1), inRaft(raft::getElectionTimeout));
    var vote =
        VoteRequest.builder()
            .withTerm(raft.getTerm() + 2)
            .withCandidate(M3)
            .withLastLogIndex(1)
            .withLastLogTerm(1)
            .build();
    inRaft(
        () -> {
          raft.transition(Role.CANDIDATE);
          return raft.getRaftRole().onVote(vote);
        });
    assertEquals("CANDIDATE PT1H", waits.poll(20, TimeUnit.SECONDS));
    assertEquals("FOLLOWER PT1H", waits.poll(20, TimeUnit.SECONDS), "another may be elected");
  }

  /** It polls the others before it stands, and so deposes nobody when it is back. */
  @Test
  void whoIsCutOffRaisesNoTerm() throws Exception {
    append(1, M2, 0, 0, 0, List.of(1L));
    var roles = new LinkedBlockingQueue<Role>();
    raft.addRoleChangeListener(roles::add);
    raft.setElectionTimeout(Duration.ofMillis(50));
    for (int time = 0; time < 3; time++) {
      append(1, M2, 1, 1, 1, List.of());
      awaitNoLeader();
      Thread.sleep(200);
    }
    assertEquals(1, raft.getTerm());
    assertEquals(List.of(), List.copyOf(roles));
  }

  /** It was just started, and has one of five entries that count. */
  @Test
  void whoHasNotAppliedAllMissesItsLeaderToo() throws Exception {
    raft.setElectionTimeout(Duration.ofMillis(50));
    append(1, M2, 0, 0, 5, List.of(1L));
    awaitNoLeader();
  }

  private void awaitNoLeader() {
    eventually("it waits for no leader", () -> raft.getLeader() == null);
  }

  @Test
  void aLeaderAsksWhoIsBackWithItsNextSignOfLife() throws Exception {
    raft.setHeartbeatInterval(Duration.ofMillis(20));
    doInRaft(
        () -> {
          raft.setTerm(2);
          raft.transition(Role.LEADER);
        });
    for (var member : List.of(M2, M3)) {
      eventually(member + " is asked in vain", () -> failures(member) >= 5);
    }
    raft.askAgain(Set.of("m2"));
    assertTrue(failures(M2) < 5, "it is asked seldom");
    assertTrue(failures(M3) >= 5);
  }

  private int failures(MemberId member) {
    return CompletableFuture.supplyAsync(
            () -> raft.getCluster().getMemberState(member).getFailureCount(),
            raft.getThreadContext())
        .join();
  }

  private void cutLastEntry() {
    try (var segments = Files.newDirectoryStream(folder.resolve("raft"), "*.log")) {
      var segment = LogSegment.read(segments.iterator().next()).orElseThrow();
      segment.clearFrom(segment.end().position() - 10);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
