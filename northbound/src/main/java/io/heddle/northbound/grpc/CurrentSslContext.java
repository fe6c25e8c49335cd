package io.heddle.northbound.grpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.heddle.tls.Tls;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/** Makes each connection with the certificates that count when it is made. HTTP/2 on JDK's TLS. */
final class CurrentSslContext extends SslContext {
  private static final ApplicationProtocolConfig HTTP_2 =
      new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.NO_ADVERTISE,
          SelectedListenerFailureBehavior.ACCEPT,
          "h2");

  private record Made(SSLContext from, JdkSslContext context) {}

  private final Tls tls;
  private volatile Made made;

  CurrentSslContext(Tls tls) {
    this.tls = tls;
    this.made = made(tls.context());
  }

  private static Made made(SSLContext from) {
    return new Made(
        from,
        new JdkSslContext(
            from,
            false,
            null,
            IdentityCipherSuiteFilter.INSTANCE,
            HTTP_2,
            ClientAuth.REQUIRE,
            Tls.protocols(),
            false));
  }

  private JdkSslContext current() {
    var wanted = tls.context();
    var last = made;
    if (last.from() != wanted) {
      last = made(wanted);
      made = last;
    }
    return last.context();
  }

  @Override
  public boolean isClient() {
    return false;
  }

  @Override
  public List<String> cipherSuites() {
    return current().cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation")
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return current().applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return current().newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
    return current().newEngine(allocator, host, port);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return current().sessionContext();
  }
}
