package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.v1.Controller;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GenerationTest {
  /** Members that start together begin while there is no leader yet. */
  @Test
  @Timeout(30)
  void aStartWaitsForTheStore() {
    var store = new MemoryStore();
    store.available(false);
    CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
        .execute(() -> store.available(true));
    assertEquals(1, Generation.begin(store, Controller.newBuilder().setName("m1").build()));
    assertEquals(1, store.snapshot().rows(Controller.class).size());
  }
}
