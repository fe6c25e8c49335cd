package io.heddle.ovsdb.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonMessageDecoderTest {
  private static final int LIMIT = 1 << 20;

  @Test
  void aStringThatEndsInAnEscapedBackslashIsCutRightWhereverItIsSplit() {
    var first = "{\"id\":null,\"a\":\"lsp\\\"1\\\\\"}";
    var second = "{\"b\":\"\\\\\\\\\\\"}{[\\\\\"}";
    var bytes = (first + second).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i <= bytes.length; i++) {
      for (int j = i; j <= bytes.length; j++) {
        var messages = decode(bytes, i, j);
        assertEquals(2, messages.size(), "split at " + i + " and " + j);
        assertEquals("lsp\"1\\", messages.get(0).get("a").asText());
        assertEquals("\\\\\"}{[\\", messages.get(1).get("b").asText());
      }
    }
  }

  @Test
  void randomMessagesInRandomChunksComeOutAsTheyWent() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var sent = new ArrayList<JsonNode>();
      var bytes = new ByteArrayOutputStream();
      for (int i = 0; i < 5; i++) {
        var message = JsonNodeFactory.instance.objectNode();
        message.set(text(random), value(random, 4));
        sent.add(message);
        bytes.writeBytes(message.toString().getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(" \n\r\t".substring(random.nextInt(5)).getBytes(StandardCharsets.UTF_8));
      }
      var splits = random.ints(8, 0, bytes.size() + 1).sorted().toArray();
      assertEquals(sent.toString(), decode(bytes.toByteArray(), splits).toString(), "seed " + seed);
    }
  }

  private static JsonNode value(Random random, int depth) {
    var json = JsonNodeFactory.instance;
    switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0:
        return json.textNode(text(random));
      case 1:
        return json.numberNode(random.nextLong());
      case 2:
        return json.booleanNode(random.nextBoolean());
      case 3:
        return json.nullNode();
      case 4:
        return json.arrayNode().add(value(random, depth - 1)).add(value(random, depth - 1));
      default:
        var object = json.objectNode();
        object.set(text(random), value(random, depth - 1));
        return object;
    }
  }

  private static String text(Random random) {
    var alphabet = "\\\\\"\"{}[]a\u00e4\u20ac\n\t/:, ";
    var text = new StringBuilder();
    random
        .ints(random.nextInt(12), 0, alphabet.length())
        .forEach(i -> text.append(alphabet.charAt(i)));
    return text.append(random.nextBoolean() ? "\ud83d\ude00" : "\\").toString();
  }

  @Test
  void nestingIsBounded() {
    var deepest = JsonMessageDecoder.MAX_DEPTH - 1;
    var allowed = "{\"a\":" + "[".repeat(deepest) + "]".repeat(deepest) + "}";
    assertEquals(1, decode(allowed.getBytes(StandardCharsets.UTF_8)).size());
    refused("{\"a\":" + "[".repeat(deepest + 1), "nested");
    refused("{\"a\":".repeat(1_000_000), "nested");
  }

  @Test
  void aMessageThatNeverEndsIsRefusedAtTheLimit() {
    var channel = new EmbeddedChannel(new JsonMessageDecoder(1000));
    var filler = Unpooled.copiedBuffer("{\"a\":\"" + "x".repeat(900), StandardCharsets.UTF_8);
    channel.writeInbound(filler);
    var failure =
        assertThrows(
            MalformedMessageException.class,
            () ->
                channel.writeInbound(
                    Unpooled.copiedBuffer("x".repeat(200), StandardCharsets.UTF_8)));
    assertTrue(failure.getMessage().contains("1000 bytes"));
    channel.writeInbound(Unpooled.copiedBuffer("{}", StandardCharsets.UTF_8));
    assertEquals(0, channel.inboundMessages().size(), "nothing comes after nonsense");
  }

  @Test
  void numbersAreBounded() {
    refused("{\"a\":" + "9".repeat(JsonMessageDecoder.MAX_NUMBER_LENGTH + 1), "number");
    refused("{\"a\":-1e" + "9".repeat(JsonMessageDecoder.MAX_NUMBER_LENGTH + 1), "number");
  }

  @Test
  void nonsenseIsRefused() {
    refused("GET / HTTP/1.1\r\n\r\n", "begin");
    refused("[1]", "begin");
    refused("\u0000", "begin");
    refused("{\u0000\"a\":1}", "control");
    refused("{\"a\":1]", "not JSON");
    refused("{]", "not JSON");
    refused("{a:1}", "not JSON");
    refused("{\"a\":\"\n\"}", "not JSON");
    refused("{\"a\":\"\\x\"}", "not JSON");
    refused(new byte[] {'{', '"', (byte) 0xc3, 0x28, '"', ':', '1', '}'}, "not JSON");
  }

  private static void refused(String text, String why) {
    refused(text.getBytes(StandardCharsets.UTF_8), why);
  }

  private static void refused(byte[] bytes, String why) {
    var failure = assertThrows(DecoderException.class, () -> decode(bytes));
    assertTrue(failure.getMessage().contains(why), failure.getMessage());
  }

  private static List<JsonNode> decode(byte[] bytes, int... splits) {
    var channel = new EmbeddedChannel(new JsonMessageDecoder(LIMIT));
    int from = 0;
    for (int to : splits) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
      from = to;
    }
    channel.writeInbound(Unpooled.copiedBuffer(bytes, from, bytes.length - from));
    var messages = new ArrayList<JsonNode>();
    channel.inboundMessages().forEach(message -> messages.add((JsonNode) message));
    channel.finishAndReleaseAll();
    return messages;
  }
}
