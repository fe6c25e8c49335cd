package io.heddle.northbound.grpc;

import static io.heddle.northbound.grpc.Served.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.heddle.northbound.CannotListenException;
import io.heddle.v1.api.GetStatusRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The port, health and reflection. */
class ServingTest {
  private Served served;

  @BeforeEach
  void serve() throws CannotListenException {
    served = new Served();
  }

  @AfterEach
  void close() {
    served.close();
  }

  @Test
  void aTakenPortIsNamed() {
    var settings = GrpcSettings.DEFAULT.withPort(served.server.port());
    var refused =
        assertThrows(
            CannotListenException.class,
            () ->
                new GrpcServer(
                    served.store,
                    served.progress,
                    served.problems,
                    served.history,
                    List::of,
                    settings));
    assertEquals(served.server.port(), refused.address().getPort());
    assertTrue(
        refused
            .getMessage()
            .contains("127.0.0.1:" + served.server.port() + ": Address already in use"),
        refused.getMessage());
  }

  @Test
  void aClosedServersPortIsFree() throws Exception {
    int port = served.server.port();
    served.api().getStatus(GetStatusRequest.getDefaultInstance());
    served.server.close();
    new GrpcServer(
            served.store,
            served.progress,
            served.problems,
            served.history,
            List::of,
            GrpcSettings.DEFAULT.withPort(port))
        .close();
  }

  @Test
  void healthFollowsReadiness() throws Exception {
    for (var service : List.of("", "heddle.v1.Northbound")) {
      assertEquals(ServingStatus.SERVING, health(service));
    }
    served.ready.set(false);
    for (var service : List.of("", "heddle.v1.Northbound")) {
      eventually("not serving", () -> health(service) == ServingStatus.NOT_SERVING);
    }
    served.ready.set(true);
    eventually("serving again", () -> health("") == ServingStatus.SERVING);
  }

  private ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(served.channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  @Test
  void reflectionKnowsTheServiceAndEveryPayload() throws Exception {
    assertEquals(
        Set.of(
            "heddle.v1.Northbound",
            "heddle.v1.Audit",
            "heddle.v1.Cluster",
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection"),
        new HashSet<>(services()));
    for (var symbol :
        List.of("heddle.v1.Northbound", "heddle.v1.Transaction", "heddle.v1.LogicalSwitchPort")) {
      var files = reflect(ServerReflectionRequest.newBuilder().setFileContainingSymbol(symbol));
      var names = new ArrayList<String>();
      for (ByteString file : files.getFileDescriptorResponse().getFileDescriptorProtoList()) {
        names.add(FileDescriptorProto.parseFrom(file).getName());
      }
      assertTrue(names.stream().anyMatch(n -> n.startsWith("heddle/v1/")), symbol + ": " + names);
    }
  }

  @Test
  @SuppressWarnings("deprecation")
  void olderReflectionAnswersToo() throws Exception {
    var stub = io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(served.channel);
    var answer = new CompletableFuture<io.grpc.reflection.v1alpha.ServerReflectionResponse>();
    var requests = stub.serverReflectionInfo(first(answer));
    requests.onNext(
        io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol("heddle.v1.LogicalSwitch")
            .build());
    assertTrue(answer.get(20, TimeUnit.SECONDS).hasFileDescriptorResponse());
    requests.onCompleted();
  }

  private List<String> services() throws Exception {
    return reflect(ServerReflectionRequest.newBuilder().setListServices(""))
        .getListServicesResponse()
        .getServiceList()
        .stream()
        .map(io.grpc.reflection.v1.ServiceResponse::getName)
        .toList();
  }

  private ServerReflectionResponse reflect(ServerReflectionRequest.Builder request)
      throws Exception {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var requests = ServerReflectionGrpc.newStub(served.channel).serverReflectionInfo(first(answer));
    requests.onNext(request.build());
    var response = answer.get(20, TimeUnit.SECONDS);
    requests.onCompleted();
    return response;
  }

  private static <T> StreamObserver<T> first(CompletableFuture<T> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        answer.complete(value);
      }

      @Override
      public void onError(Throwable failure) {
        answer.completeExceptionally(failure);
      }

      @Override
      public void onCompleted() {}
    };
  }
}
