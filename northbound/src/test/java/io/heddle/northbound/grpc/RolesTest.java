package io.heddle.northbound.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.ByteStreams;
import com.google.protobuf.util.Timestamps;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.heddle.model.Edit;
import io.heddle.northbound.access.Access;
import io.heddle.northbound.access.Role;
import io.heddle.northbound.access.Token;
import io.heddle.tls.Pki;
import io.heddle.tls.Tls;
import io.heddle.v1.AuditRecord;
import io.heddle.v1.Operation;
import io.heddle.v1.Origin;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.AuditGrpc;
import io.heddle.v1.api.ListCommitsRequest;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.WatchRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may call what, with real certificates and tokens. */
@Timeout(120)
class RolesTest {
  /** What each method needs, apart from the table that the server has. */
  private static final Map<String, String> NEEDED =
      Map.ofEntries(
          Map.entry("heddle.v1.Northbound/Get", "read"),
          Map.entry("heddle.v1.Northbound/List", "read"),
          Map.entry("heddle.v1.Northbound/Watch", "read"),
          Map.entry("heddle.v1.Northbound/WaitFor", "read"),
          Map.entry("heddle.v1.Northbound/ListProblems", "read"),
          Map.entry("heddle.v1.Northbound/GetStatus", "read"),
          Map.entry("heddle.v1.Northbound/Commit", "write"),
          Map.entry("heddle.v1.Cluster/GetMembers", "read"),
          Map.entry("heddle.v1.Cluster/RemoveMember", "admin"),
          Map.entry("heddle.v1.Cluster/Backup", "admin"),
          Map.entry("heddle.v1.Cluster/Restore", "admin"),
          Map.entry("heddle.v1.Audit/ListCommits", "admin"),
          Map.entry("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "read"),
          Map.entry("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "read"),
          Map.entry("grpc.health.v1.Health/Check", "none"),
          Map.entry("grpc.health.v1.Health/Watch", "none"));

  private static final Map<String, Integer> RANK =
      Map.of("none", 0, "read", 1, "write", 2, "admin", 3);

  @TempDir Path folder;
  private final Token token = Token.draw("ci");
  private final List<ManagedChannel> channels = new ArrayList<>();
  private Pki pki;
  private Path file;
  private Access access;
  private Served served;

  @BeforeEach
  void prepare() throws Exception {
    file = folder.resolve("access");
    write(
        "admin certificate operator",
        "write certificate neutron",
        "read certificate grafana",
        token.line(Role.WRITE));
    access = Access.of(file);
    access.watch(Duration.ofMillis(20), complaint -> {});
  }

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    served.close();
    access.close();
  }

  private void write(String... lines) throws IOException {
    // At once: half of it is a file, too, by which nobody may do anything.
    var next = Files.writeString(folder.resolve("next"), String.join("\n", lines));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void serveTls() throws Exception {
    pki = new Pki(folder, "ca").issue("heddle");
    for (var name : List.of("operator", "neutron", "grafana", "hv1")) {
      pki.issue(name);
    }
    served = new Served(Optional.of(new Tls(pki.files("heddle"))), access);
  }

  private void servePlain() throws Exception {
    served = new Served(Optional.empty(), access);
  }

  private Channel as(String name) throws IOException {
    var context =
        GrpcSslContexts.forClient()
            .keyManager(pki.certificate(name).toFile(), pki.key(name).toFile())
            .trustManager(pki.authority().toFile())
            .build();
    var channel =
        NettyChannelBuilder.forAddress("127.0.0.1", served.server.port())
            .sslContext(context)
            .overrideAuthority("heddle")
            .build();
    channels.add(channel);
    return channel;
  }

  private static Channel with(Channel channel, String authorization) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return ByteStreams.toByteArray(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What comes first of one empty request: an answer, or the end. */
  private static Status call(Channel channel, String method) {
    var descriptor =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodType.UNKNOWN)
            .setFullMethodName(method)
            .build();
    var call = channel.newCall(descriptor, CallOptions.DEFAULT);
    var outcome = new CompletableFuture<Status>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            outcome.complete(Status.OK);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            outcome.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(new byte[0]);
    call.halfClose();
    try {
      return outcome.get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(method, e);
    } finally {
      call.cancel("enough", null);
    }
  }

  private Map<String, Boolean> expected(String role) {
    var expected = new TreeMap<String, Boolean>();
    NEEDED.forEach((method, needed) -> expected.put(method, RANK.get(role) >= RANK.get(needed)));
    return expected;
  }

  private Map<String, Boolean> allowed(Channel channel, Code otherwise) {
    var allowed = new TreeMap<String, Boolean>();
    for (var method : served.server.methods()) {
      var code = call(channel, method).getCode();
      boolean refused = code == Code.PERMISSION_DENIED || code == Code.UNAUTHENTICATED;
      allowed.put(method, !refused);
      assertTrue(!refused || code == otherwise, () -> method + ": " + code);
    }
    return allowed;
  }

  @Test
  void everyMethodAsksForItsRole() throws Exception {
    serveTls();
    assertEquals(NEEDED.keySet(), Set.copyOf(served.server.methods()), "a method has no role");
    served.server.methods().forEach(m -> assertTrue(Rights.known(m), m));
    var denied = Code.PERMISSION_DENIED;
    assertEquals(expected("admin"), allowed(as("operator"), denied));
    assertEquals(expected("write"), allowed(as("neutron"), denied));
    assertEquals(expected("read"), allowed(as("grafana"), denied));
    assertEquals(expected("none"), allowed(as("hv1"), denied));
    // A host's certificate with a token of somebody else's, who it then is.
    assertEquals(expected("write"), allowed(with(as("hv1"), "Bearer " + token.text()), denied));
    assertEquals(
        expected("none"),
        allowed(with(as("operator"), "Bearer " + Token.draw("ci").text()), Code.UNAUTHENTICATED));
  }

  @Test
  void theRefusalSaysWhatIsLacking() throws Exception {
    serveTls();
    var refused =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                NorthboundGrpc.newBlockingStub(as("hv1"))
                    .commit(Edit.transaction(Served.aSwitch("blue"))));
    assertEquals(Code.PERMISSION_DENIED, refused.getStatus().getCode());
    assertEquals(
        "Commit needs the role write, and certificate \"hv1\" has none",
        refused.getStatus().getDescription());
    assertEquals("ROLE_LACKING", Served.info(refused).getReason());
    assertEquals("write", Served.info(refused).getMetadataOrThrow("role"));
    assertEquals(0, served.store.snapshot().revision());
  }

  @Test
  void withoutTlsOnlyTokensCount() throws Exception {
    servePlain();
    var unknown = Code.UNAUTHENTICATED;
    assertEquals(expected("none"), allowed(served.channel, unknown));
    for (var wrong : List.of("Bearer x", "Basic " + token.text(), token.text(), "Bearer")) {
      assertEquals(
          unknown,
          call(with(served.channel, wrong), "heddle.v1.Northbound/GetStatus").getCode(),
          wrong);
    }
    assertEquals(
        expected("write"),
        allowed(with(served.channel, "bearer " + token.text()), Code.PERMISSION_DENIED));
  }

  @Test
  void aTokenThatIsTakenAwayEndsItsWatches() throws Exception {
    servePlain();
    var channel = with(served.channel, "Bearer " + token.text());
    var api = NorthboundGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    var events = api.watch(WatchRequest.getDefaultInstance());
    assertTrue(events.next().getComplete());
    var other = Token.draw("other");
    write("write loopback", other.line(Role.READ));
    Served.eventually(
        "the token counts no longer",
        () -> call(channel, "heddle.v1.Northbound/GetStatus").getCode() == Code.UNAUTHENTICATED);
    assertEquals(
        Code.OK,
        call(with(served.channel, "Bearer " + other.text()), "heddle.v1.Northbound/GetStatus")
            .getCode());
    served.commit(Served.aSwitch("secret"));
    var ended = assertThrows(StatusRuntimeException.class, events::next);
    assertEquals(Code.UNAUTHENTICATED, ended.getStatus().getCode());
  }

  private static List<Long> revisions(List<AuditRecord> records) {
    return records.stream().map(AuditRecord::getRevision).toList();
  }

  @Test
  void commitsAreRecorded() throws Exception {
    serveTls();
    var operator = as("operator");
    var neutron = NorthboundGrpc.newBlockingStub(as("neutron"));
    neutron.commit(Edit.transaction(Served.aSwitch("blue")));
    var ci = with(as("hv1"), "Bearer " + token.text());
    NorthboundGrpc.newBlockingStub(ci)
        .commit(Edit.transaction(Served.aSwitch("red"), Served.aPort("p", "red")));
    var lie =
        Edit.transaction(Served.aSwitch("green")).toBuilder()
            .setOrigin(Origin.newBuilder().setWho("operator"))
            .build();
    var refused = assertThrows(StatusRuntimeException.class, () -> neutron.commit(lie));
    assertEquals(Code.INVALID_ARGUMENT, refused.getStatus().getCode());
    neutron.commit(Transaction.getDefaultInstance());
    neutron.commit(Edit.transaction(Served.aSwitch("green")));

    var audit = AuditGrpc.newBlockingStub(operator);
    var all = audit.listCommits(ListCommitsRequest.getDefaultInstance()).getCommitsList();
    assertEquals(List.of(3L, 2L, 1L), revisions(all));
    var second = all.get(1);
    assertEquals("ci", second.getOrigin().getWho());
    assertEquals(Origin.Proof.TOKEN, second.getOrigin().getProof());
    assertEquals("grpc", second.getOrigin().getDoor());
    assertTrue(second.getOrigin().getAddress().startsWith("127.0.0.1:"), second::toString);
    assertTrue(!second.getOrigin().getMember().isEmpty());
    assertEquals(2, second.getChangesCount());
    assertEquals(Origin.Proof.CERTIFICATE, all.get(0).getOrigin().getProof());

    var request = ListCommitsRequest.newBuilder();
    assertEquals(
        List.of(3L, 1L),
        revisions(audit.listCommits(request.setWho("neutron").build()).getCommitsList()));
    assertEquals(
        List.of(3L), revisions(audit.listCommits(request.setLimit(1).build()).getCommitsList()));
    assertEquals(
        List.of(1L), revisions(audit.listCommits(request.setBefore(3).build()).getCommitsList()));
    assertEquals(
        List.of(), revisions(audit.listCommits(request.setAfter(1).build()).getCommitsList()));
    var time = second.getOrigin().getTime();
    var since = ListCommitsRequest.newBuilder().setSince(time).build();
    assertEquals(List.of(3L, 2L), revisions(audit.listCommits(since).getCommitsList()));
    var until = ListCommitsRequest.newBuilder().setUntil(time).setStaleOk(true).build();
    assertEquals(List.of(1L), revisions(audit.listCommits(until).getCommitsList()));
    assertTrue(Timestamps.isValid(time));
    var tooMany = ListCommitsRequest.newBuilder().setLimit(100_000).build();
    var excess = assertThrows(StatusRuntimeException.class, () -> audit.listCommits(tooMany));
    assertEquals(Code.INVALID_ARGUMENT, excess.getStatus().getCode());
  }

  /** It is looked through by another thread than the one that knows whose call it is. */
  @Test
  void aLargeCommitIsRecordedAsWell() throws Exception {
    serveTls();
    var operations = new ArrayList<Operation>();
    for (int i = 0; i < 1_000; i++) {
      operations.add(Served.aSwitch("n".repeat(100) + i));
    }
    var large = Edit.transaction(operations);
    assertTrue(large.getSerializedSize() > CallThreads.SMALL_COMMIT_BYTES);
    var receipt = NorthboundGrpc.newBlockingStub(as("neutron")).commit(large);
    assertEquals(operations.size(), receipt.getRowsCount());
    var all =
        AuditGrpc.newBlockingStub(as("operator"))
            .listCommits(ListCommitsRequest.getDefaultInstance())
            .getCommitsList();
    assertEquals(
        List.of("neutron"), all.stream().map(record -> record.getOrigin().getWho()).toList());
  }
}
