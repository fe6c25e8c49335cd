package io.heddle.northbound.access;

import io.heddle.tls.Peer;
import io.heddle.v1.Origin.Proof;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who has which role. Immutable. A file has a line for each: the role, then {@code certificate
 * NAME}, {@code token NAME HASH}, {@code loopback} (who comes in plain TCP from this machine) or
 * {@code anybody} (who comes in plain TCP from wherever). What follows "#" at a line's beginning is
 * for people.
 */
final class Grants {
  /** Where nothing is said: who is on this machine and speaks plain TCP is its operator. */
  static final Grants UNSAID =
      new Grants(Map.of(), Map.of(), Optional.of(Role.ADMIN), Optional.empty());

  private record Granted(Role role, Token.Hash hash) {}

  private final Map<String, Role> certificates;
  private final Map<String, Granted> tokens;
  private final Optional<Role> loopback;
  private final Optional<Role> anybody;

  private Grants(
      Map<String, Role> certificates,
      Map<String, Granted> tokens,
      Optional<Role> loopback,
      Optional<Role> anybody) {
    this.certificates = Map.copyOf(certificates);
    this.tokens = Map.copyOf(tokens);
    this.loopback = loopback;
    this.anybody = anybody;
  }

  /** Who that is; empty for a token that is none, or is shown where others may hear it. */
  Optional<Identity> of(Credentials shown) {
    if (shown.token().isPresent()) {
      return Token.of(shown.token().get())
          .filter(token -> shown.peer().isPresent() || shown.local())
          .flatMap(this::of);
    }
    return Optional.of(shown.peer().map(this::of).orElseGet(() -> nobody(shown.local())));
  }

  private Optional<Identity> of(Token token) {
    return Optional.ofNullable(tokens.get(token.name()))
        .filter(granted -> granted.hash().is(token))
        .map(g -> new Identity(Proof.TOKEN, token.name(), Optional.of(g.role())));
  }

  /** Of several names the one that may do most counts. */
  private Identity of(Peer peer) {
    if (peer.names().isEmpty()) {
      return new Identity(Proof.NONE, "", Optional.empty());
    }
    var found = new Identity(Proof.CERTIFICATE, peer.names().get(0), Optional.empty());
    for (var name : peer.names()) {
      var role = Optional.ofNullable(certificates.get(name));
      if (role.isPresent() && found.role().filter(r -> r.covers(role.get())).isEmpty()) {
        found = new Identity(Proof.CERTIFICATE, name, role);
      }
    }
    return found;
  }

  private Identity nobody(boolean local) {
    var role =
        Stream.of(anybody, local ? loopback : Optional.<Role>empty())
            .flatMap(Optional::stream)
            .max(Comparator.naturalOrder());
    return new Identity(Proof.NONE, "", role);
  }

  /**
   * @throws AccessException where a line is wrong; the message begins with its number
   */
  static Grants parse(String text) throws AccessException {
    var reading = new Reading();
    int number = 0;
    for (var line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.strip().startsWith("#")) {
        continue;
      }
      try {
        reading.add(line.strip());
      } catch (AccessException e) {
        throw new AccessException("line " + number + ": " + e.getMessage(), e);
      }
    }
    return reading.grants();
  }

  private static final class Reading {
    private final Map<String, Role> certificates = new HashMap<>();
    private final Map<String, Granted> tokens = new HashMap<>();
    private Optional<Role> loopback = Optional.empty();
    private Optional<Role> anybody = Optional.empty();

    void add(String line) throws AccessException {
      var words = line.split("\\s+", 3);
      var role = Role.of(words[0]);
      if (role.isEmpty() || words.length < 2) {
        throw new AccessException("it does not begin with read, write or admin, and to whom");
      }
      var rest = words.length == 3 ? words[2] : "";
      switch (words[1]) {
        case "certificate" -> certificate(role.get(), rest);
        case "token" -> token(role.get(), rest);
        case "loopback" -> {
          alone(rest);
          once(loopback.isEmpty(), "loopback");
          loopback = role;
        }
        case "anybody" -> {
          alone(rest);
          once(anybody.isEmpty(), "anybody");
          anybody = role;
        }
        default ->
            throw new AccessException(
                "roles are for certificate, token, loopback and anybody, not for " + words[1]);
      }
    }

    private void certificate(Role role, String name) throws AccessException {
      if (name.isEmpty()) {
        throw new AccessException("whose certificate?");
      }
      once(certificates.put(name, role) == null, "certificate " + name);
    }

    private void token(Role role, String rest) throws AccessException {
      var words = rest.split("\\s+");
      var hash = words.length == 2 ? Token.Hash.of(words[1]) : Optional.<Token.Hash>empty();
      if (hash.isEmpty() || !Token.isName(words[0])) {
        throw new AccessException(
            "a token's line is as heddle:token prints it: ROLE token NAME sha256:…");
      }
      once(tokens.put(words[0], new Granted(role, hash.get())) == null, "token " + words[0]);
    }

    private static void alone(String rest) throws AccessException {
      if (!rest.isEmpty()) {
        throw new AccessException("it ends with something unknown: " + rest);
      }
    }

    private static void once(boolean first, String what) throws AccessException {
      if (!first) {
        throw new AccessException(what + " has a role already");
      }
    }

    Grants grants() {
      return new Grants(certificates, tokens, loopback, anybody);
    }
  }
}
