package io.heddle.northbound.raft;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.atomix.cluster.messaging.MessagingService;
import io.atomix.utils.net.Address;
import io.heddle.model.Courier;
import io.heddle.northbound.raft.message.Word;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Words to the members that are live, over the transport that Raft uses too. */
final class Post implements Courier {
  private static final Logger LOG = LoggerFactory.getLogger(Post.class);
  private static final String PREFIX = "heddle-word-";

  private final String self;
  private final MessagingService messaging;
  private final RollCall rollCall;
  private final Executor delivering;

  Post(String self, MessagingService messaging, RollCall rollCall, Executor delivering) {
    this.self = self;
    this.messaging = messaging;
    this.rollCall = rollCall;
    this.delivering = delivering;
  }

  @Override
  public void tell(String subject, byte[] word) {
    var bytes =
        Word.newBuilder().setMember(self).setWord(ByteString.copyFrom(word)).build().toByteArray();
    rollCall
        .reached()
        .forEach(
            (member, address) ->
                messaging
                    .sendAsync(address, PREFIX + subject, bytes)
                    .exceptionally(
                        failure -> {
                          LOG.debug("{} was not told of {}", member, subject, failure);
                          return null;
                        }));
  }

  @Override
  public Listening listen(String subject, BiConsumer<String, byte[]> listener) {
    BiConsumer<Address, byte[]> handler = (from, bytes) -> deliver(bytes, listener);
    messaging.registerHandler(PREFIX + subject, handler, delivering);
    return () -> messaging.unregisterHandler(PREFIX + subject);
  }

  private static void deliver(byte[] bytes, BiConsumer<String, byte[]> listener) {
    try {
      var word = Word.parseFrom(bytes);
      listener.accept(word.getMember(), word.getWord().toByteArray());
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      LOG.warn("A member's word was not understood", e);
    }
  }
}
