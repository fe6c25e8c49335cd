package io.heddle.northbound.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A bearer token (RFC 6750): "NAME.SECRET", of which only the hash is kept. The secret is 32 random
 * bytes, so nobody finds it by trying, and a fast hash keeps it as well as a slow one; text of any
 * other form, such as a word that people thought of, is no token.
 *
 * @param name by which the audit log calls whoever shows it
 * @param text all of it
 */
public record Token(String name, String text) {
  private static final int SECRET_BYTES = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9_-]{1,64})\\.[A-Za-z0-9_-]{43}");
  private static final String SCHEME = "sha256:";

  /** SHA-256 of a token's text. */
  record Hash(byte[] bytes) {
    /** "sha256:" and 64 hexadecimal digits. */
    static Optional<Hash> of(String text) {
      if (!text.matches(SCHEME + "[0-9a-f]{64}")) {
        return Optional.empty();
      }
      return Optional.of(new Hash(HexFormat.of().parseHex(text.substring(SCHEME.length()))));
    }

    /** Takes as long whatever the token is. */
    boolean is(Token token) {
      return MessageDigest.isEqual(bytes, token.hash().bytes);
    }

    @Override
    public String toString() {
      return SCHEME + HexFormat.of().formatHex(bytes);
    }
  }

  /**
   * A new one.
   *
   * @throws IllegalArgumentException where the name cannot be a token's
   */
  public static Token draw(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is no name for a token: up to 64 letters, digits, - and _");
    }
    var secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return new Token(
        name, name + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static Optional<Token> of(String text) {
    var matcher = TEXT.matcher(text);
    return matcher.matches() ? Optional.of(new Token(matcher.group(1), text)) : Optional.empty();
  }

  /** The line by which a file gives it a role. */
  public String line(Role role) {
    return role + " token " + name + " " + hash();
  }

  private Hash hash() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return new Hash(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Never the secret: this ends in logs. */
  @Override
  public String toString() {
    return "token " + name;
  }
}
