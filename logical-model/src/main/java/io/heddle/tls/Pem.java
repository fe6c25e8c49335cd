package io.heddle.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Reads PEM (RFC 7468); text around the blocks, which openssl likes to write, is passed over. */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  private Pem() {}

  /** All certificates of the text, in order. */
  static List<X509Certificate> certificates(String text) throws CertificateException {
    var factory = CertificateFactory.getInstance("X.509");
    var certificates = new ArrayList<X509Certificate>();
    var blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      if (blocks.group(1).equals("CERTIFICATE")) {
        var bytes = new ByteArrayInputStream(bytes(blocks.group(2)));
        certificates.add((X509Certificate) factory.generateCertificate(bytes));
      }
    }
    return certificates;
  }

  /**
   * The private key that belongs to a public one.
   *
   * @throws GeneralSecurityException where there is none, with the reason in words for people
   */
  static PrivateKey key(String text, PublicKey its) throws GeneralSecurityException {
    var blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      var type = blocks.group(1);
      if (type.equals("ENCRYPTED PRIVATE KEY") || blocks.group(2).contains("ENCRYPTED")) {
        throw new GeneralSecurityException("the key is encrypted, and nobody is asked for a word");
      }
      if (type.equals("PRIVATE KEY")) {
        return key(its, bytes(blocks.group(2)));
      }
      if (type.equals("RSA PRIVATE KEY") || type.equals("EC PRIVATE KEY")) {
        return key(its, wrapped(bytes(blocks.group(2)), its));
      }
    }
    throw new GeneralSecurityException("there is no private key in it");
  }

  private static byte[] bytes(String base64) throws CertificateException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new CertificateException("it is no PEM: " + e.getMessage(), e);
    }
  }

  private static PrivateKey key(PublicKey its, byte[] pkcs8) throws GeneralSecurityException {
    return KeyFactory.getInstance(its.getAlgorithm())
        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  /**
   * PKCS #1 and SEC 1 keys as PKCS #8 (RFC 5208, section 5). The algorithm, with an elliptic
   * curve's name, is the public key's: in any other case they would not belong together.
   */
  private static byte[] wrapped(byte[] key, PublicKey its) {
    return element(SEQUENCE, VERSION_0, algorithm(its.getEncoded()), element(OCTET_STRING, key));
  }

  /** The first element of SubjectPublicKeyInfo (RFC 5280, section 4.1). */
  private static byte[] algorithm(byte[] publicKey) {
    var der = ByteBuffer.wrap(publicKey);
    der.get();
    length(der);
    int start = der.position();
    der.get();
    int length = length(der);
    var algorithm = new byte[der.position() - start + length];
    der.position(start).get(algorithm);
    return algorithm;
  }

  private static int length(ByteBuffer der) {
    int first = der.get() & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << 8 | der.get() & 0xff;
    }
    return length;
  }

  private static byte[] element(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (var part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    var der = ByteBuffer.allocate(length + 4);
    der.put((byte) tag);
    if (length < 0x80) {
      der.put((byte) length);
    } else if (length < 0x100) {
      der.put((byte) 0x81).put((byte) length);
    } else {
      der.put((byte) 0x82).putShort((short) length);
    }
    der.put(content.toByteArray()).flip();
    var bytes = new byte[der.remaining()];
    der.get(bytes);
    return bytes;
  }
}
