package io.heddle.northbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Courier;
import io.heddle.model.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One member is told how far another one is: soon, and once for many confirmations. */
class ProgressReportsTest {
  private static final UUID HV1 = new UUID(0, 1);

  /** Words of m1 reach m2, and are counted. */
  private final AtomicInteger words = new AtomicInteger();

  private final List<BiConsumer<String, byte[]>> heard = new ArrayList<>();
  private final Progress here = new Progress();
  private final Progress there = new Progress();
  private ProgressReports telling;
  private ProgressReports hearing;

  @BeforeEach
  void start() {
    there.divided(5, Set.of("m1"), Set.of(), Set.of());
    hearing =
        new ProgressReports(
            there,
            new Courier() {
              @Override
              public void tell(String subject, byte[] word) {}

              @Override
              public Listening listen(String subject, BiConsumer<String, byte[]> listener) {
                heard.add(listener);
                return () -> {};
              }
            });
    telling =
        new ProgressReports(
            here,
            new Courier() {
              @Override
              public void tell(String subject, byte[] word) {
                words.incrementAndGet();
                heard.forEach(listener -> listener.accept("m1", word));
              }

              @Override
              public Listening listen(String subject, BiConsumer<String, byte[]> listener) {
                return () -> {};
              }
            });
    here.divided(5, Set.of("m2"), Set.of(), Set.of());
    here.connected(HV1);
  }

  @AfterEach
  void stop() {
    telling.close();
    hearing.close();
  }

  @Test
  void whatIsNewIsToldAtOnceAndTheRestTwiceASecond() throws Exception {
    long start = System.nanoTime();
    for (int revision = 1; revision <= 20; revision++) {
      here.compiled(revision);
      there.compiled(revision);
      var installed = there.whenInstalled(revision);
      here.installed(HV1, revision);
      installed.get(10, TimeUnit.SECONDS);
    }
    long halfSeconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / 500;
    assertTrue(halfSeconds < 10, "each of them took the next telling of all");
    int told = words.get();
    TimeUnit.MILLISECONDS.sleep(1_100);
    assertTrue(words.get() > told, "words get lost, so all is told again");
  }

  @Test
  void manyConfirmationsCostFewWords() throws Exception {
    here.compiled(10_000);
    there.compiled(10_000);
    for (int revision = 1; revision <= 10_000; revision++) {
      here.installed(HV1, revision);
    }
    there.whenInstalled(10_000).get(10, TimeUnit.SECONDS);
    assertTrue(words.get() < 5_000, "a word for each of " + words.get());
    telling.close();
    int told = words.get();
    here.gone(HV1);
    TimeUnit.MILLISECONDS.sleep(50);
    assertEquals(told, words.get());
  }
}
