package convnet.tensor;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParallelTest {
  private final int before = Parallel.threads();

  @AfterEach
  void restore() {
    Parallel.setThreads(before);
  }

  @Test
  void everyIndexIsVisitedOnce() {
    for (int threads = 1; threads <= 3; threads++) {
      Parallel.setThreads(threads);
      assertEquals(threads, Parallel.threads());
      for (int n : new int[] {1, 2, 15, 16, 17, 100}) {
        AtomicIntegerArray split = new AtomicIntegerArray(n);
        Parallel.split(n, (from, to) -> visit(split, from, to));
        AtomicIntegerArray chunks = new AtomicIntegerArray(n);
        AtomicIntegerArray numbers = new AtomicIntegerArray(Parallel.chunkCount(n));
        Parallel.chunks(
            n,
            (chunk, from, to) -> {
              numbers.incrementAndGet(chunk);
              visit(chunks, from, to);
            });
        for (int i = 0; i < n; i++) {
          assertEquals(1, split.get(i));
          assertEquals(1, chunks.get(i));
        }
        for (int i = 0; i < numbers.length(); i++) {
          assertEquals(1, numbers.get(i));
        }
      }
    }
  }

  private static void visit(AtomicIntegerArray seen, int from, int to) {
    for (int i = from; i < to; i++) {
      seen.incrementAndGet(i);
    }
  }

  @Test
  void refusesNoThreads() {
    refused(
        "convnet.threads: expected a number from 1 to 32767, got 0", () -> Parallel.setThreads(0));
  }
}
