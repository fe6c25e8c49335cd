package io.heddle.northbound.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import io.heddle.northbound.access.Access;
import io.heddle.northbound.access.Door;
import io.heddle.northbound.access.Visitor;
import io.heddle.tls.Pki;
import io.heddle.tls.Tls;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom those who answer a call see. */
class CallerTest {
  private final AtomicReference<Visitor> seen = new AtomicReference<>();

  private Server serve(Optional<Tls> tls) throws Exception {
    var builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0));
    tls.ifPresent(t -> builder.sslContext(new CurrentSslContext(t)));
    return builder
        .intercept(new Caller.Admission(new Door("grpc", "heddle", Access.unsaid())))
        .addService(
            new HealthGrpc.HealthImplBase() {
              @Override
              public void check(
                  HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
                seen.set(Caller.current());
                answer.onNext(HealthCheckResponse.getDefaultInstance());
                answer.onCompleted();
              }
            })
        .build()
        .start();
  }

  private void call(Server server, Optional<SslContext> context) {
    var builder = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort());
    context.ifPresentOrElse(
        c -> builder.sslContext(c).overrideAuthority("heddle"), builder::usePlaintext);
    var channel = builder.build();
    try {
      HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  @Test
  void aCallerHasTheNamesOfItsCertificate(@TempDir Path folder) throws Exception {
    var pki = new Pki(folder, "ca").issue("heddle").issue("operator");
    var context =
        GrpcSslContexts.forClient()
            .keyManager(pki.certificate("operator").toFile(), pki.key("operator").toFile())
            .trustManager(pki.authority().toFile())
            .build();
    call(serve(Optional.of(new Tls(pki.files("heddle")))), Optional.of(context));
    assertEquals(List.of("operator"), seen.get().shown().peer().orElseThrow().names());
    assertTrue(seen.get().shown().from().isPresent());
  }

  @Test
  void withoutTlsNobodyIsKnown() throws Exception {
    call(serve(Optional.empty()), Optional.empty());
    assertEquals(Optional.empty(), seen.get().shown().peer());
  }
}
