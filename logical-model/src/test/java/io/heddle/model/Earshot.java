package io.heddle.model;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Members that hear at once what any other of them tells. */
public final class Earshot {
  private record Ear(String member, String subject, BiConsumer<String, byte[]> listener) {}

  private final List<Ear> ears = new CopyOnWriteArrayList<>();

  /** The courier of a member. */
  public Courier of(String member) {
    return new Courier() {
      @Override
      public void tell(String subject, byte[] word) {
        ears.stream()
            .filter(ear -> !ear.member().equals(member) && ear.subject().equals(subject))
            .forEach(ear -> ear.listener().accept(member, word));
      }

      @Override
      public Listening listen(String subject, BiConsumer<String, byte[]> listener) {
        var ear = new Ear(member, subject, listener);
        ears.add(ear);
        return () -> ears.remove(ear);
      }
    };
  }
}
