package io.heddle.model;

import java.util.function.BiConsumer;

/**
 * Carries short words between the members of a cluster, at most once each, and not at all to whom
 * is not reached. What must not get lost goes through the {@link Store}.
 */
public interface Courier {
  /** Where there are no other members. */
  Courier NOBODY =
      new Courier() {
        @Override
        public void tell(String subject, byte[] word) {}

        @Override
        public Listening listen(String subject, BiConsumer<String, byte[]> listener) {
          return () -> {};
        }
      };

  /** Tells all other members. Returns at once. */
  void tell(String subject, byte[] word);

  /**
   * Calls the listener with the name of each member that tells something, and what. It must return
   * quickly. A subject has one listener.
   */
  Listening listen(String subject, BiConsumer<String, byte[]> listener);

  /** Ends the listener's calls when closed. */
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }
}
