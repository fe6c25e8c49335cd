package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.atomix.cluster.AtomixCluster;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer.Role;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.atomix.utils.concurrent.ThreadModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** One member of three, m1, to which the others' messages are handed directly. */
@Timeout(60)
class DurableRaftContextTest {
  private static final MemberId M1 = MemberId.from("m1");
  private static final MemberId M2 = MemberId.from("m2");
  private static final MemberId M3 = MemberId.from("m3");

  @TempDir Path folder;

  private AtomixCluster cluster;
  private Checkpoints checkpoints;
  private DurableRaftContext raft;

  @BeforeEach
  void open() throws Exception {
    var settings = StoreSettings.alone(folder);
    cluster = Transport.of(settings);
    cluster.start().get(20, TimeUnit.SECONDS);
    var data = Files.createDirectory(folder.resolve("raft"));
    var start = Checkpoint.read(data);
    checkpoints = new Checkpoints(data, start);
    raft =
        new DurableRaftContext(
            RaftNode.NAME,
            M1,
            cluster.getMembershipService(),
            new Gate(cluster.getCommunicationService(), Duration.ofMillis(300)),
            RaftNode.storage(settings, data),
            new RowsPrimitive(new Replica(start, checkpoints, (batch, outcomes) -> {})),
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

  /**
   * @param entries the term of each that is sent
   */
  private AppendResponse append(
      long term, MemberId leader, long before, long termBefore, long commit, List<Long> entries)
      throws Exception {
    var request =
        AppendRequest.builder()
            .withTerm(term)
            .withLeader(leader)
            .withPrevLogIndex(before)
            .withPrevLogTerm(termBefore)
            .withCommitIndex(commit)
            .withEntries(
                entries.stream().<RaftLogEntry>map(t -> new InitializeEntry(t, 0)).toList())
            .build();
    return inRaft(() -> raft.getRaftRole().onAppend(request)).get(20, TimeUnit.SECONDS);
  }

  /** Else there might be two leaders in one term. */
  @Test
  void itVotesOnceInATermWhoeverLeadsMeanwhile() throws Exception {
    inRaft(
        () -> {
          raft.setTerm(5);
          raft.setLastVotedFor(M2);
          raft.setLeader(M2);
          raft.setLeader(null);
          return null;
        });
    assertEquals(M2, inRaft(raft::getLastVotedFor));
    assertEquals(M2, raft.getMetaStore().loadVote());
    inRaft(
        () -> {
          raft.setTerm(6);
          return null;
        });
    assertNull(inRaft(raft::getLastVotedFor));
    assertNull(raft.getMetaStore().loadVote());
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
    inRaft(
        () -> {
          raft.setTerm(2);
          raft.transition(Role.LEADER);
          // Its first entry is written and not flushed yet: only a part of it arrives on the disk.
          cutLastEntry();
          return null;
        });
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (inRaft(raft::getRole) != Role.INACTIVE) {
      assertTrue(System.nanoTime() < deadline, "it still is " + raft.getRole());
    }
    assertTrue(raft.hasFailed());
    assertFalse(raft.isLeader());
    assertEquals(RaftResponse.Status.ERROR, append(3, M2, 1, 1, 1, List.of(3L)).status());
    inRaft(
        () -> {
          raft.transition(Role.FOLLOWER);
          return null;
        });
    assertEquals(Role.INACTIVE, inRaft(raft::getRole));
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
