package io.heddle.ovsdb.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.util.List;

/**
 * Cuts a stream of JSON objects, which nothing separates (RFC 7047 section 4), into messages. Each
 * byte is looked at once, however the stream is split; only a complete object is parsed. Every
 * bound holds before memory or time is spent on what exceeds it.
 */
final class JsonMessageDecoder extends ByteToMessageDecoder {
  /** Objects and arrays within each other. The deepest message of OVSDB has about ten. */
  static final int MAX_DEPTH = 100;

  /** Characters of one number; parsing a longer one would cost the square of its length. */
  static final int MAX_NUMBER_LENGTH = 64;

  // Rows are keyed by UUID, so field names repeat too little to be worth interning. Without
  // canonicalizing, Jackson would read through a Reader, which takes invalid UTF-8.
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build());

  private final int maxMessageBytes;

  /** Bytes of the current message that were looked at. */
  private int scanned;

  private int depth;
  private int numberLength;
  private boolean inString;
  private boolean escaped;
  private boolean broken;

  JsonMessageDecoder(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      skipSpace(in);
      while (scanned < in.readableBytes()) {
        scan(in.getByte(in.readerIndex() + scanned));
        scanned++;
        if (depth == 0) {
          out.add(parse(in));
          return;
        }
        if (scanned >= maxMessageBytes) {
          throw new MalformedMessageException("a message exceeds " + maxMessageBytes + " bytes");
        }
      }
    } catch (MalformedMessageException e) {
      broken = true;
      in.skipBytes(in.readableBytes());
      throw e;
    }
  }

  private void skipSpace(ByteBuf in) {
    while (scanned == 0 && in.isReadable() && isSpace(in.getByte(in.readerIndex()))) {
      in.skipBytes(1);
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private void scan(byte b) {
    if (inString) {
      scanString(b);
      return;
    }
    if (scanned == 0 && b != '{') {
      throw new MalformedMessageException("a message does not begin with {");
    }
    numberLength = b >= '0' && b <= '9' ? numberLength + 1 : 0;
    switch (b) {
      case '"' -> inString = true;
      case '{', '[' -> depth++;
      case '}', ']' -> depth--;
      default -> {
        if (b >= 0 && b < ' ' && !isSpace(b)) {
          throw new MalformedMessageException("a control character stands outside of a string");
        }
      }
    }
    if (depth > MAX_DEPTH) {
      throw new MalformedMessageException("a message is nested deeper than " + MAX_DEPTH);
    }
    if (numberLength > MAX_NUMBER_LENGTH) {
      throw new MalformedMessageException(
          "a number is longer than " + MAX_NUMBER_LENGTH + " digits");
    }
  }

  /** An escape covers the one character after it, a backslash like any other. */
  private void scanString(byte b) {
    if (escaped) {
      escaped = false;
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      inString = false;
    }
  }

  private Object parse(ByteBuf in) {
    var bytes = ByteBufUtil.getBytes(in, in.readerIndex(), scanned);
    in.skipBytes(scanned);
    scanned = 0;
    numberLength = 0;
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new MalformedMessageException("a message is not JSON", e);
    }
  }
}
