package io.heddle.northbound.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import io.heddle.model.PlanHashes;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.Chassis;
import io.heddle.v1.api.ChassisStatus;
import io.heddle.v1.api.GetRequest;
import io.heddle.v1.api.ListProblemsRequest;
import io.heddle.v1.api.ListProblemsResponse;
import io.heddle.v1.api.ProblemMessage;
import io.heddle.v1.api.RowMessage;
import io.heddle.v1.api.SystemStatus;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Answers that need nothing but what is known at the moment. */
final class Reads {
  /** While much is compiled the rest is told without plans. */
  private static final Duration PLANS = Duration.ofMillis(300);

  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::kind)
          .thenComparing(Problem::name)
          .thenComparing(Problem::message);

  private final Store store;
  private final Progress progress;
  private final Problems problems;
  private final Supplier<List<String>> lacking;
  private final ApiLimits limits;
  private final Refusals refusals;

  Reads(
      Store store,
      Progress progress,
      Problems problems,
      Supplier<List<String>> lacking,
      ApiLimits limits,
      Refusals refusals) {
    this.store = store;
    this.progress = progress;
    this.problems = problems;
    this.lacking = lacking;
    this.limits = limits;
    this.refusals = refusals;
  }

  RowMessage get(Snapshot snapshot, GetRequest ref) {
    var kind = Selection.kind("kind", ref.getKind(), refusals);
    if (!ref.getUuid().isEmpty()) {
      return snapshot
          .row(kind, uuid(ref.getUuid()))
          .map(RowMessages::of)
          .orElseThrow(() -> none(kind + " " + ref.getUuid()));
    }
    if (kind.nameColumn().isEmpty()) {
      throw refusals.invalid("uuid", "rows of kind " + kind + " have no names: say the UUID");
    }
    if (ref.getName().isEmpty()) {
      throw refusals.invalid("name", "say the row's name or its UUID");
    }
    var named = snapshot.named(kind, ref.getName());
    if (named.size() > 1) {
      throw refusals.invalid(
          "name",
          named.size() + " rows are called " + kind + " " + ref.getName() + ": say the UUID");
    }
    return named.stream()
        .findFirst()
        .flatMap(uuid -> snapshot.row(kind, uuid))
        .map(RowMessages::of)
        .orElseThrow(() -> none(kind + " " + ref.getName()));
  }

  private UUID uuid(String text) {
    try {
      if (text.length() == 36) {
        return UUID.fromString(text);
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the one answer for all that is no UUID.
    }
    throw refusals.invalid("uuid", "is not a UUID");
  }

  private static RuntimeException none(String row) {
    return Refusals.plain(Code.NOT_FOUND, "there is no " + row);
  }

  ListProblemsResponse problems(ListProblemsRequest request) {
    int size = Lists.pageSize(request.getPageSize(), limits, refusals);
    var all = problems.list();
    int from = request.getPageToken().isEmpty() ? 0 : after(all, last(request.getPageToken()));
    var response = ListProblemsResponse.newBuilder();
    int bytes = 0;
    int next = from;
    while (next < all.size() && next - from < size && bytes < limits.pageBytes()) {
      var problem = message(all.get(next));
      bytes += problem.getSerializedSize();
      response.addProblems(problem);
      next++;
    }
    if (next < all.size()) {
      response.setNextPageToken(token(message(all.get(next - 1))));
    }
    return response.build();
  }

  /** Problems have no revision: the page after a problem starts with the next greater one. */
  private static String token(ProblemMessage last) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(last.toByteArray());
  }

  private static ProblemMessage message(Problem problem) {
    return ProblemMessage.newBuilder()
        .setKind(problem.kind())
        .setName(problem.name())
        .setMessage(problem.message())
        .build();
  }

  private Problem last(String token) {
    try {
      var last = ProblemMessage.parseFrom(Base64.getUrlDecoder().decode(token));
      return new Problem(last.getKind(), last.getName(), last.getMessage());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw refusals.invalid("page_token", "is none that this server gave");
    }
  }

  private static int after(List<Problem> all, Problem last) {
    return (int) all.stream().takeWhile(p -> ORDER.compare(p, last) <= 0).count();
  }

  /** How far all is; of plans what is known at once, or nothing. */
  CompletableFuture<SystemStatus> status() {
    return progress
        .plans()
        .completeOnTimeout(PlanHashes.NONE, PLANS.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(closed -> PlanHashes.NONE)
        .thenApply(this::status);
  }

  private SystemStatus status(PlanHashes plans) {
    var snapshot = store.snapshot();
    var lacks = lacking.get();
    var status =
        SystemStatus.newBuilder()
            .setReady(lacks.isEmpty())
            .addAllLacking(lacks)
            .setRevision(snapshot.revision())
            .setCompiled(progress.compiled())
            .setPlanned(plans.revision())
            .setPlan(plans.text());
    chassis(snapshot).forEach(row -> status.addChassis(status(row, plans)));
    return status.build();
  }

  private static List<Row> chassis(Snapshot snapshot) {
    return snapshot.rows(Chassis.class).values().stream()
        .sorted(Comparator.comparing(Row::name))
        .toList();
  }

  private ChassisStatus status(Row chassis, PlanHashes plans) {
    var installed = progress.installed(chassis.uuid());
    return ChassisStatus.newBuilder()
        .setUuid(chassis.uuid().toString())
        .setName(chassis.name())
        .setConnected(installed.isPresent())
        .setInstalled(installed.orElse(0))
        .setPlan(plans.text(chassis.uuid()))
        .build();
  }
}
