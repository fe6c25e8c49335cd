package io.heddle.it.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.it.chaos.History.Append;
import io.heddle.it.chaos.History.Done;
import io.heddle.it.chaos.History.Outcome;
import io.heddle.it.chaos.History.Read;
import io.heddle.it.chaos.History.Refused;
import io.heddle.it.chaos.History.Unknown;
import io.heddle.model.Edit;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Precondition;
import io.heddle.v1.RowRef;
import io.heddle.v1.RowVersion;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.Filter;
import io.heddle.v1.api.ListRequest;
import io.heddle.v1.api.LostConnections;
import io.heddle.v1.api.NorthboundGrpc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A client that appends to registers and reads them, at one member and another. A register is a
 * switch's row; an append is a commit on the condition that the row is as it was read, and gives
 * some port other addresses, so that flows change with it.
 */
final class Appender implements Runnable {
  /** So many registers are in use at a time. */
  private static final int REGISTERS = 4;

  /** A register that has so many values is left, and others are begun: they are one text of 255. */
  private static final int VALUES = 40;

  private static final int TRIES = 4;
  private static final long DEADLINE_SECONDS = 8;
  private static final int LONGEST_PAUSE_MILLIS = 60;

  /** As long as one value may be, with what is written behind it. */
  private static final String BALLAST = "ballast ".repeat(30);

  /** What all clients share. */
  static final class Shared {
    final History history = new History();
    final Map<String, String> addresses;
    final int port;
    final int ports;
    final int ballast;
    private final AtomicInteger values = new AtomicInteger();
    private final AtomicInteger generation = new AtomicInteger(1);
    private volatile boolean over;

    /**
     * @param addresses of the members by name
     * @param port of all of them
     * @param ports so many there are, p0, p1, ...
     * @param ballast bytes that each append writes beside
     */
    Shared(Map<String, String> addresses, int port, int ports, int ballast) {
      this.addresses = new TreeMap<>(addresses);
      this.port = port;
      this.ports = ports;
      this.ballast = ballast;
    }

    void end() {
      over = true;
    }
  }

  private record Row(String uuid, long version, List<Integer> values) {
    static final Row NONE = new Row("", 0, List.of());
  }

  private record Seen(long revision, SortedMap<String, Row> rows) {}

  private final Shared shared;
  private final SplittableRandom random;
  private final List<String> members;
  private final Map<String, ManagedChannel> channels = new HashMap<>();

  Appender(Shared shared, long seed) {
    this.shared = shared;
    this.random = new SplittableRandom(seed);
    this.members = List.copyOf(shared.addresses.keySet());
  }

  @Override
  public void run() {
    try {
      while (!shared.over) {
        step();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      channels.values().forEach(ManagedChannel::shutdownNow);
    }
  }

  private String anyMember() {
    return members.get(random.nextInt(members.size()));
  }

  private void step() {
    int generation = shared.generation.get();
    boolean stale = random.nextInt(5) == 0;
    var seen = read(generation, stale);
    if (seen.isEmpty()) {
      return;
    }
    if (seen.get().rows().values().stream().anyMatch(row -> row.values().size() >= VALUES)) {
      shared.generation.compareAndSet(generation, generation + 1);
    } else if (random.nextInt(4) > 0) {
      append(generation, seen.get());
    }
  }

  private Optional<Seen> read(int generation, boolean stale) {
    var member = anyMember();
    var request =
        ListRequest.newBuilder()
            .setKind("LogicalSwitch")
            .addFilters(
                Filter.newBuilder().setField("external_ids:generation").setValue("" + generation))
            .setStaleOk(stale)
            .build();
    long start = System.nanoTime();
    try {
      var response = api(member).list(request);
      long end = System.nanoTime();
      var rows = new TreeMap<String, Row>();
      for (int i = 0; i < REGISTERS; i++) {
        rows.put(register(generation, i), Row.NONE);
      }
      for (var message : response.getRowsList()) {
        var row = message.getRow().unpack(LogicalSwitch.class);
        rows.put(row.getName(), new Row(message.getUuid(), message.getVersion(), values(row)));
      }
      var lists = new TreeMap<String, List<Integer>>();
      rows.forEach((register, row) -> lists.put(register, row.values()));
      shared.history.add(new Read(member, lists, response.getRevision(), stale, start, end));
      return Optional.of(new Seen(response.getRevision(), rows));
    } catch (StatusRuntimeException e) {
      unanswered(member, e);
      return Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static String register(int generation, int number) {
    return "g" + generation + "r" + number;
  }

  static List<Integer> values(LogicalSwitch row) {
    return Arrays.stream(row.getExternalIdsOrDefault("values", "").split(","))
        .filter(value -> !value.isEmpty())
        .map(Integer::valueOf)
        .toList();
  }

  private void append(int generation, Seen seen) {
    int value = shared.values.incrementAndGet();
    var registers = new ArrayList<String>();
    int first = random.nextInt(REGISTERS);
    registers.add(register(generation, first));
    if (random.nextInt(4) == 0) {
      registers.add(register(generation, (first + 1) % REGISTERS));
    }
    var transaction = transaction(generation, value, registers, seen);
    long start = System.nanoTime();
    var outcome = commit(transaction);
    shared.history.add(new Append(registers, value, start, System.nanoTime(), outcome));
  }

  private Transaction transaction(int generation, int value, List<String> registers, Seen seen) {
    var transaction = Transaction.newBuilder().setRequestId("value-" + value);
    for (var register : registers) {
      var row = seen.rows().get(register);
      var values = new ArrayList<>(row.values());
      values.add(value);
      var ref = RowRef.newBuilder().setKind("LogicalSwitch").setName(register);
      transaction.addPreconditions(
          Precondition.newBuilder()
              .setRow(RowVersion.newBuilder().setRow(ref).setVersion(row.version())));
      transaction.addOperations(
          Edit.put(
              LogicalSwitch.newBuilder()
                  .setName(register)
                  .putExternalIds("generation", "" + generation)
                  .putExternalIds(
                      "values",
                      values.stream().map(String::valueOf).collect(Collectors.joining(",")))
                  .build()));
    }
    if (shared.ballast > 0) {
      transaction.addOperations(Edit.put(ballast(value)));
    }
    return transaction.addOperations(Edit.put(port(value % shared.ports, value))).build();
  }

  private LogicalRouter ballast(int value) {
    var row = LogicalRouter.newBuilder().setName("ballast");
    for (int i = 0; i < shared.ballast / BALLAST.length(); i++) {
      row.putExternalIds("ballast" + i, BALLAST + value);
    }
    return row.build();
  }

  /** A port with addresses that follow from the value. */
  static LogicalSwitchPort port(int number, int value) {
    return LogicalSwitchPort.newBuilder()
        .setName("p" + number)
        .setLogicalSwitch("net")
        .addAddresses(
            "02:00:00:00:%02x:%02x 10.0.%d.%d"
                .formatted(number, value % 250, number, 1 + value % 250))
        .build();
  }

  /** Where the answer is unknown it mostly asks again, as the API says, at any member. */
  private Outcome commit(Transaction transaction) {
    int tries = random.nextInt(3) == 0 ? 1 : TRIES;
    for (int i = 0; i < tries; i++) {
      var member = anyMember();
      try {
        return new Done(api(member).commit(transaction).getRevision());
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() == Code.ABORTED) {
          // The condition will never hold again, so neither will a copy that is still under way.
          return new Refused();
        }
        unanswered(member, e);
      }
    }
    return new Unknown();
  }

  private NorthboundGrpc.NorthboundBlockingStub api(String member) {
    var channel =
        channels.computeIfAbsent(
            member,
            m ->
                ManagedChannelBuilder.forAddress(shared.addresses.get(m), shared.port)
                    .usePlaintext()
                    .intercept(new LostConnections())
                    .build());
    return NorthboundGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** The next call opens a new connection: the library would wait longer and longer. */
  private void unanswered(String member, StatusRuntimeException e) {
    switch (e.getStatus().getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, RESOURCE_EXHAUSTED ->
          channels.remove(member).shutdownNow();
      default -> throw e;
    }
  }
}
