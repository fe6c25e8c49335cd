package io.heddle.tls;

import io.heddle.tls.Identity.Texts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * TLS, 1.2 or newer, with certificates at both ends. The files may be replaced while it is in use:
 * connections that are made afterwards use what they hold then, and resume none that was made with
 * what they held before. Files that cannot be used are passed over until they are mended.
 */
public final class Tls implements AutoCloseable {
  /** How long a handshake may take before the connection is closed. */
  public static final Duration HANDSHAKE = Duration.ofSeconds(10);

  /** How soon replaced files are noticed. */
  public static final Duration WATCH = Duration.ofSeconds(2);

  /** A certificate that expires so soon is worth a word. */
  public static final Duration SOON = Duration.ofDays(14);

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final TlsFiles files;
  private final InstantSource clock;
  private volatile Identity identity;
  private Texts used;
  private Optional<String> seen = Optional.empty();
  private Optional<String> told = Optional.empty();
  private Optional<ScheduledExecutorService> watch = Optional.empty();

  /**
   * Reads the files.
   *
   * @throws TlsException where they cannot be used
   */
  public Tls(TlsFiles files) throws TlsException {
    this(files, InstantSource.system());
  }

  Tls(TlsFiles files, InstantSource clock) throws TlsException {
    this.files = files;
    this.clock = clock;
    this.used = Texts.read(files);
    this.identity = Identity.of(files, used, clock.instant());
  }

  /**
   * Notices from now on when files are replaced.
   *
   * @param renewed is told of what new files hold
   * @param complaint is told what is wrong with the files whenever that changes; empty where all is
   *     well
   */
  public synchronized void watch(
      Duration every, Consumer<String> renewed, Consumer<Optional<String>> complaint) {
    var thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var made = new Thread(task, "heddle-tls-watch");
              made.setDaemon(true);
              return made;
            });
    watch = Optional.of(thread);
    thread.scheduleWithFixedDelay(
        () -> look(renewed, complaint), 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Somebody may be about to replace the files, one after the other: only what stays is told. */
  private synchronized void look(Consumer<String> renewed, Consumer<Optional<String>> complaint) {
    var now = clock.instant();
    var found = renew(now, renewed).or(() -> expiring(now));
    if (found.equals(seen) && !found.equals(told)) {
      told = found;
      complaint.accept(found);
    }
    seen = found;
  }

  /** Takes over what the files hold, or says why not. */
  private Optional<String> renew(Instant now, Consumer<String> renewed) {
    try {
      var texts = Texts.read(files);
      if (!texts.equals(used)) {
        identity = Identity.of(files, texts, now);
        used = texts;
        renewed.accept(description());
      }
      return Optional.empty();
    } catch (TlsException e) {
      return Optional.of(e.getMessage() + "; what was read before stays in use");
    } catch (RuntimeException e) {
      return Optional.of("the files of TLS could not be looked at: " + e);
    }
  }

  private Optional<String> expiring(Instant now) {
    var end = identity.certificate().getNotAfter().toInstant();
    if (now.plus(SOON).isBefore(end)) {
      return Optional.empty();
    }
    return Optional.of(
        files.certificate() + (now.isAfter(end) ? " expired at " : " expires at ") + end);
  }

  /** Whose certificate this end shows, and until when it is valid. */
  public String description() {
    var certificate = identity.certificate();
    return "the certificate of "
        + Peer.of(certificate)
        + ", valid until "
        + certificate.getNotAfter().toInstant();
  }

  /** The names that this end's certificate has now. */
  public Peer own() {
    return Peer.of(identity.certificate());
  }

  /** For connections that are made now; it does not change. */
  public SSLContext context() {
    return identity.context();
  }

  /** The protocols that are spoken, the best first. */
  public static String[] protocols() {
    return PROTOCOLS.clone();
  }

  /** For one connection that comes in. Whoever calls must show a certificate. */
  public SSLEngine accepting() {
    var engine = context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    engine.setEnabledProtocols(PROTOCOLS);
    return engine;
  }

  /** For one connection that goes out. */
  public SSLEngine calling(String host, int port) {
    var engine = context().createSSLEngine(host, port);
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(PROTOCOLS);
    return engine;
  }

  /** Looks at the files no more. */
  @Override
  public synchronized void close() {
    watch.ifPresent(ScheduledExecutorService::shutdownNow);
    watch = Optional.empty();
  }
}
