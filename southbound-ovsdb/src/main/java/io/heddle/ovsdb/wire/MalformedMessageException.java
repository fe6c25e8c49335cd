package io.heddle.ovsdb.wire;

import io.netty.handler.codec.DecoderException;

/**
 * What the other side sent is no JSON-RPC of RFC 7047; its connection cannot be used any longer.
 */
public final class MalformedMessageException extends DecoderException {
  MalformedMessageException(String message) {
    super(message);
  }

  MalformedMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
