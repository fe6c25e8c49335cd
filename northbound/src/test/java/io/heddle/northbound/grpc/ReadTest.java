package io.heddle.northbound.grpc;

import static io.heddle.northbound.grpc.Served.aPort;
import static io.heddle.northbound.grpc.Served.aSwitch;
import static io.heddle.northbound.grpc.Served.eventually;
import static io.heddle.northbound.grpc.Served.violations;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.model.Edit;
import io.heddle.model.PlanHashes;
import io.heddle.model.Problem;
import io.heddle.northbound.CannotListenException;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.api.Filter;
import io.heddle.v1.api.GetRequest;
import io.heddle.v1.api.GetStatusRequest;
import io.heddle.v1.api.ListProblemsRequest;
import io.heddle.v1.api.ListRequest;
import io.heddle.v1.api.ListResponse;
import io.heddle.v1.api.ProblemMessage;
import io.heddle.v1.api.RowMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Get, List, ListProblems and GetStatus over a real socket. */
class ReadTest {
  private Served served;

  @BeforeEach
  void serve() throws CannotListenException {
    served = new Served();
  }

  @AfterEach
  void close() {
    served.close();
  }

  private StatusRuntimeException refused(Code code, Runnable call) {
    var refused = assertThrows(StatusRuntimeException.class, call::run);
    assertEquals(code, refused.getStatus().getCode(), refused.toString());
    return refused;
  }

  private RowMessage get(String kind, String name) {
    return served.api().get(GetRequest.newBuilder().setKind(kind).setName(name).build());
  }

  private List<String> ports(String... filters) {
    var request = ListRequest.newBuilder().setKind("LogicalSwitchPort");
    for (int i = 0; i < filters.length; i += 2) {
      request.addFilters(Filter.newBuilder().setField(filters[i]).setValue(filters[i + 1]));
    }
    return names(served.api().list(request.build()));
  }

  private static List<String> names(ListResponse page) {
    return page.getRowsList().stream().map(ReadTest::name).toList();
  }

  private static String name(RowMessage row) {
    try {
      return row.getRow().unpack(LogicalSwitchPort.class).getName();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsNotThereIsNotFound() {
    refused(Code.NOT_FOUND, () -> get("LogicalSwitch", "absent"));
    refused(Code.NOT_FOUND, () -> get("LogicalSwitch", "語".repeat(100_000)));
    refused(
        Code.NOT_FOUND,
        () ->
            served
                .api()
                .get(
                    GetRequest.newBuilder()
                        .setKind("LogicalSwitch")
                        .setUuid(new UUID(1, 2).toString())
                        .build()));
  }

  @Test
  void aQuestionThatNamesNoRowIsInvalid() {
    served.commit(aSwitch("s1"));
    served.commit(Edit.put(UUID.randomUUID(), LogicalSwitch.newBuilder().setName("s1").build()));
    assertEquals(
        Set.of("kind"),
        violations(refused(Code.INVALID_ARGUMENT, () -> get("Nothing", "x"))).keySet());
    assertEquals(
        Set.of("name"),
        violations(refused(Code.INVALID_ARGUMENT, () -> get("LogicalSwitch", ""))).keySet());
    assertEquals(
        Set.of("uuid"),
        violations(refused(Code.INVALID_ARGUMENT, () -> get("Encap", "x"))).keySet());
    var ambiguous = violations(refused(Code.INVALID_ARGUMENT, () -> get("LogicalSwitch", "s1")));
    assertTrue(ambiguous.get("name").startsWith("2 rows"), ambiguous.toString());
  }

  @Test
  void filtersCompareFieldsOfEveryType() {
    served.commit(
        aSwitch("s1"),
        aSwitch("s2"),
        aPort("a", "s1", "0a:00:00:00:00:01", "unknown"),
        aPort("b", "s1", "0a:00:00:00:00:02"),
        aPort("c", "s2"),
        Edit.put(
            LogicalSwitchPort.newBuilder()
                .setName("d")
                .setLogicalSwitch("s2")
                .setEnabled(false)
                .putExternalIds("tenant", "blue")
                .build()));
    var uuid = get("LogicalSwitch", "s2").getUuid();
    assertEquals(List.of("a", "b"), ports("logical_switch", "s1"));
    assertEquals(List.of("c", "d"), ports("logical_switch", uuid));
    assertEquals(List.of(), ports("logical_switch", "s3"));
    assertEquals(List.of("b"), ports("name", "b"));
    assertEquals(List.of("a"), ports("addresses", "unknown"));
    assertEquals(List.of("c", "d"), ports("addresses", ""));
    assertEquals(List.of("d"), ports("enabled", "false"));
    assertEquals(List.of("a", "b", "c"), ports("enabled", ""));
    assertEquals(List.of("d"), ports("external_ids:tenant", "blue"));
    assertEquals(List.of("a", "b", "c"), ports("external_ids:tenant", ""));
    assertEquals(List.of("b", "d"), ports("tunnel_key", "2"));
    assertEquals(List.of("d"), ports("tunnel_key", "2", "logical_switch", "s2"));
  }

  @Test
  void aFilterOnWhatIsNoFieldIsInvalid() {
    for (var field : List.of("absent", "external_ids", "name:key")) {
      var refused = refused(Code.INVALID_ARGUMENT, () -> ports("name", "a", field, "x"));
      assertEquals(Set.of("filters[1].field"), violations(refused).keySet());
    }
  }

  @Test
  void allPagesShowTheSameRevision() {
    var operations = new ArrayList<Operation>();
    operations.add(aSwitch("s1"));
    IntStream.range(0, 25).forEach(i -> operations.add(aPort("p%02d".formatted(i), "s1")));
    served.commit(Edit.transaction(operations));
    var request = ListRequest.newBuilder().setKind("LogicalSwitchPort").setPageSize(10);
    var first = served.api().list(request.build());
    served.commit(Edit.delete(LogicalSwitchPort.class, "p03"), aPort("p15a", "s1"));
    var second = served.api().list(request.setPageToken(first.getNextPageToken()).build());
    served.commit(Edit.delete(LogicalSwitch.class, "s1"));
    var third = served.api().list(request.setPageToken(second.getNextPageToken()).build());
    var all = new ArrayList<>(names(first));
    all.addAll(names(second));
    all.addAll(names(third));
    assertEquals(IntStream.range(0, 25).mapToObj("p%02d"::formatted).toList(), all);
    assertEquals(
        List.of(1L, 1L, 1L),
        List.of(first.getRevision(), second.getRevision(), third.getRevision()));
    assertEquals("", third.getNextPageToken());
    // A page can be asked for again.
    assertEquals(second, served.api().list(request.setPageToken(first.getNextPageToken()).build()));
  }

  @Test
  void aTokenThatIsNoLongerGoodAborts() throws Exception {
    var limits = Limited.by("heldLists", 1);
    try (var small = new Served(limits, 100)) {
      small.commit(aSwitch("s1"), aSwitch("s2"), aSwitch("s3"));
      var list = ListRequest.newBuilder().setKind("LogicalSwitch").setPageSize(1).build();
      var token = small.api().list(list).getNextPageToken();
      small.commit(aSwitch("s4"));
      small.api().list(list);
      var refused =
          refused(
              Code.ABORTED, () -> small.api().list(list.toBuilder().setPageToken(token).build()));
      assertEquals("PAGE_TOKEN_EXPIRED", Served.info(refused).getReason());
    }
  }

  @Test
  void strangeTokensAndPageSizesAreInvalid() {
    served.commit(aSwitch("s1"), aSwitch("s2"));
    var list = ListRequest.newBuilder().setKind("LogicalSwitch").setPageSize(1).build();
    var token = served.api().list(list).getNextPageToken();
    for (var bad : List.of("x", "****", "MS4tMS4w", token + token)) {
      var refused =
          refused(
              Code.INVALID_ARGUMENT,
              () -> served.api().list(list.toBuilder().setPageToken(bad).build()));
      assertEquals(Set.of("page_token"), violations(refused).keySet());
    }
    var other = Filter.newBuilder().setField("name").setValue("s1");
    refused(
        Code.INVALID_ARGUMENT,
        () -> served.api().list(list.toBuilder().setPageToken(token).addFilters(other).build()));
    for (int size : new int[] {ApiLimits.DEFAULT.pageSize() + 1, -1}) {
      var refused =
          refused(
              Code.INVALID_ARGUMENT,
              () -> served.api().list(list.toBuilder().setPageSize(size).build()));
      assertEquals(Set.of("page_size"), violations(refused).keySet());
    }
  }

  @Test
  void aPageOfLargeRowsEndsEarly() {
    var large = new String[1_000];
    java.util.Arrays.fill(large, "0a:00:00:00:00:01 " + "10.0.0.1 ".repeat(60).trim());
    for (int i = 0; i < 4; i++) {
      served.commit(aSwitch("s1"), aPort("p" + i, "s1", large));
    }
    var list = ListRequest.newBuilder().setKind("LogicalSwitchPort").build();
    var page = served.api().list(list);
    assertTrue(page.getRowsCount() < 4, "rows " + page.getRowsCount());
    assertFalse(page.getNextPageToken().isEmpty());
  }

  @Test
  void problemsAreSortedAndPaged() {
    served.problems.replace(
        "compiler", List.of(new Problem("Port", "b", "m"), new Problem("Port", "a", "m")));
    served.problems.replace("hv1", List.of(new Problem("Chassis", "hv1", "m")));
    var first = served.api().listProblems(ListProblemsRequest.newBuilder().setPageSize(2).build());
    var second =
        served
            .api()
            .listProblems(
                ListProblemsRequest.newBuilder().setPageToken(first.getNextPageToken()).build());
    assertEquals(
        List.of("hv1", "a"),
        first.getProblemsList().stream().map(ProblemMessage::getName).toList());
    assertEquals(
        List.of("b"), second.getProblemsList().stream().map(ProblemMessage::getName).toList());
    assertEquals("", second.getNextPageToken());
  }

  @Test
  void statusTellsHowFarEachChassisIs() throws Exception {
    served.commit(
        Edit.put(Chassis.newBuilder().setName("hv2").build()),
        Edit.put(Chassis.newBuilder().setName("hv1").build()));
    served.progress.compiled(1);
    served.progress.installed(UUID.fromString(get("Chassis", "hv2").getUuid()), 1);
    var status = served.api().getStatus(GetStatusRequest.getDefaultInstance());
    assertTrue(status.getReady());
    assertEquals(1, status.getRevision());
    assertEquals(1, status.getCompiled());
    assertEquals("hv1", status.getChassis(0).getName());
    assertFalse(status.getChassis(0).getConnected());
    assertTrue(status.getChassis(1).getConnected());
    assertEquals(1, status.getChassis(1).getInstalled());
    assertEquals("", status.getChassis(1).getPlan(), "nobody compiles");
    var hv2 = UUID.fromString(get("Chassis", "hv2").getUuid());
    served.progress.planned(
        () -> CompletableFuture.completedFuture(new PlanHashes(1, Map.of(hv2, 0x1fL))));
    status = served.api().getStatus(GetStatusRequest.getDefaultInstance());
    assertEquals(1, status.getPlanned());
    assertEquals(16, status.getPlan().length());
    assertEquals("", status.getChassis(0).getPlan());
    assertEquals("000000000000001f", status.getChassis(1).getPlan());
    // Who compiles for long keeps nobody waiting.
    served.progress.planned(CompletableFuture::new);
    assertEquals(0, served.api().getStatus(GetStatusRequest.getDefaultInstance()).getPlanned());
    served.ready.set(false);
    eventually(
        "status is not ready",
        () -> !served.api().getStatus(GetStatusRequest.getDefaultInstance()).getReady());
  }
}
