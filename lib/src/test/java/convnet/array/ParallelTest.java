package convnet.array;

import static convnet.testing.Check.awaited;
import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParallelTest {
  private final int before = Parallel.threads();

  @AfterEach
  void restore() {
    Parallel.setThreads(before);
  }

  @Test
  void everyIndexIsVisitedOnceAndNoChunkIsDivided() {
    for (int threads : new int[] {1, 2, 3, 5, 20}) {
      Parallel.setThreads(threads);
      assertEquals(threads, Parallel.threads());
      for (int n : new int[] {1, 2, 15, 16, 17, 100, 101}) {
        AtomicIntegerArray split = new AtomicIntegerArray(n);
        Parallel.split(n, 1, (from, to) -> visit(split, from, to));
        AtomicIntegerArray sliced = new AtomicIntegerArray(n);
        int[] sliceOf = new int[n];
        int slices = Parallel.sliceCount(n);
        Parallel.slices(
            n,
            (slice, from, to) -> {
              visit(sliced, from, to);
              assertTrue(slice >= 0 && slice < slices);
              for (int i = from; i < to; i++) {
                sliceOf[i] = slice;
              }
            });
        for (int i = 0; i < n; i++) {
          assertEquals(1, split.get(i));
          assertEquals(1, sliced.get(i));
          if (i > 0 && Parallel.chunkOf(i, n) == Parallel.chunkOf(i - 1, n)) {
            assertEquals(sliceOf[i - 1], sliceOf[i]);
          }
        }
        assertEquals(0, Parallel.chunkOf(0, n));
        assertEquals(Math.min(n, Parallel.CHUNKS) - 1, Parallel.chunkOf(n - 1, n));
      }
    }
  }

  private static void visit(AtomicIntegerArray seen, int from, int to) {
    for (int i = from; i < to; i++) {
      seen.incrementAndGet(i);
    }
  }

  @Test
  void everyPortionIsHandedOutOnceAndNoWorkerIsAtTwo() {
    Thread here = Thread.currentThread();
    for (int threads : new int[] {1, 2, 3, 5, 20}) {
      Parallel.setThreads(threads);
      for (int n : new int[] {1, 2, 3, 50}) {
        for (int workers : new int[] {1, 2, 4, 30}) {
          AtomicIntegerArray seen = new AtomicIntegerArray(n);
          AtomicIntegerArray busy = new AtomicIntegerArray(Math.min(workers, threads));
          boolean whole =
              Parallel.share(
                  n,
                  workers,
                  (worker, i) -> {
                    assertEquals(1, busy.incrementAndGet(worker));
                    assertEquals(worker == 0, Thread.currentThread() == here);
                    visit(seen, i, i + 1);
                    busy.decrementAndGet(worker);
                    return true;
                  });
          assertTrue(whole);
          for (int i = 0; i < n; i++) {
            assertEquals(1, seen.get(i));
          }
        }
      }
    }
  }

  /** The second of two workers takes whatever is left while the first is at its only portion. */
  @Test
  void aFreeWorkerTakesTheNextPortion() {
    Parallel.setThreads(2);
    AtomicIntegerArray done = new AtomicIntegerArray(10);
    Parallel.share(
        10,
        2,
        (worker, i) -> {
          if (i == 0) {
            awaited("the others are done", () -> sum(done) == 9);
          }
          visit(done, i, i + 1);
          return true;
        });
    assertEquals(10, sum(done));
  }

  private static int sum(AtomicIntegerArray numbers) {
    return IntStream.range(0, numbers.length()).map(numbers::get).sum();
  }

  @Test
  void whoeverWantsToStopEndsItForAll() {
    for (int threads : new int[] {1, 2, 3}) {
      Parallel.setThreads(threads);
      AtomicIntegerArray seen = new AtomicIntegerArray(1000);
      boolean whole =
          Parallel.share(
              1000,
              threads,
              (worker, i) -> {
                visit(seen, i, i + 1);
                return i != 4;
              });
      assertFalse(whole);
      for (int i = 0; i < 5; i++) {
        assertEquals(1, seen.get(i));
      }
      assertTrue(threads > 1 || sum(seen) == 5, sum(seen) + " portions"); // others may have begun
    }
  }

  @Test
  void whatAPortionThrowsEndsItForAll() {
    for (int threads : new int[] {1, 2, 3}) {
      Parallel.setThreads(threads);
      int n = 1 << 30; // nobody gets so far before the others know
      AtomicInteger begun = new AtomicInteger();
      refused(
          IllegalStateException.class,
          "portion 4",
          () ->
              Parallel.share(
                  n,
                  threads,
                  (worker, i) -> {
                    begun.incrementAndGet();
                    if (i == 4) {
                      throw new IllegalStateException("portion " + i);
                    }
                    return true;
                  }));
      assertTrue(begun.get() >= 5 && begun.get() < n, begun.get() + " portions");
      assertTrue(Parallel.share(3, threads, (worker, i) -> true), "and the helpers work on");
    }
  }

  /** So what is divided again, as a batch into slices, is not cut up for nobody. */
  @Test
  void withinAPortionThereIsOneSlice() {
    Parallel.setThreads(2);
    assertEquals(2, Parallel.sliceCount(50));
    assertTrue(Parallel.share(2, 2, (worker, i) -> Parallel.sliceCount(50) == 1));
  }

  @Test
  void aGrainKeepsSmallWorkOnOneThread() {
    Parallel.setThreads(4);
    AtomicIntegerArray pieces = new AtomicIntegerArray(1);
    Parallel.split(99, 50, (from, to) -> pieces.incrementAndGet(0));
    assertEquals(1, pieces.get(0));
    Parallel.split(150, 50, (from, to) -> pieces.incrementAndGet(0));
    assertEquals(4, pieces.get(0));
  }

  @Test
  void workWithinWorkStaysOnItsThread() {
    Parallel.setThreads(3);
    AtomicIntegerArray seen = new AtomicIntegerArray(90);
    Parallel.split(
        3,
        1,
        (from, to) -> {
          Thread outer = Thread.currentThread();
          for (int i = from; i < to; i++) {
            int first = 30 * i;
            Parallel.split(
                30,
                1,
                (a, b) -> {
                  assertEquals(outer, Thread.currentThread());
                  visit(seen, first + a, first + b);
                });
          }
        });
    for (int i = 0; i < 90; i++) {
      assertEquals(1, seen.get(i));
    }
  }

  @Test
  void whatAPieceThrowsIsThrownAndNothingIsLost() {
    Parallel.setThreads(3);
    for (int bad = 0; bad < 3; bad++) {
      int thrower = bad;
      AtomicIntegerArray seen = new AtomicIntegerArray(3);
      refused(
          IllegalStateException.class,
          "piece " + bad,
          () ->
              Parallel.split(
                  3,
                  1,
                  (from, to) -> {
                    visit(seen, from, to);
                    if (from == thrower) {
                      throw new IllegalStateException("piece " + from);
                    }
                  }));
      for (int i = 0; i < 3; i++) {
        assertEquals(1, seen.get(i));
      }
      Parallel.split(3, 1, (from, to) -> visit(seen, from, to)); // and the helpers work on
      assertEquals(2, seen.get(2));
    }
  }

  @Test
  void wakesHelpersThatWentToSleep() {
    Parallel.setThreads(2);
    AtomicIntegerArray seen = new AtomicIntegerArray(2);
    Thread[] helper = {null};
    Parallel.split(
        2,
        1,
        (from, to) -> {
          if (from == 1) {
            helper[0] = Thread.currentThread();
          }
        });
    for (int round = 1; round <= 5; round++) {
      awaited("the helper sleeps", () -> helper[0].getState() == Thread.State.WAITING);
      Parallel.split(2, 1, (from, to) -> visit(seen, from, to));
      assertEquals(round, seen.get(1));
    }
  }

  @Test
  void theNumberOfThreadsChangesOnlyBetweenPiecesOfWork() throws InterruptedException {
    Parallel.setThreads(3);
    AtomicIntegerArray seen = new AtomicIntegerArray(3000);
    Thread worker =
        new Thread(
            () -> {
              for (int round = 0; round < 1000; round++) {
                Parallel.split(3000, 1, (from, to) -> visit(seen, from, to));
              }
            });
    worker.start();
    for (int i = 0; worker.isAlive(); i++) {
      Parallel.setThreads(1 + i % 4);
    }
    worker.join();
    for (int i = 0; i < 3000; i++) {
      assertEquals(1000, seen.get(i));
    }
    Parallel.setThreads(2);
    refused(
        IllegalStateException.class,
        "setThreads: not within a piece of parallel work",
        () -> Parallel.split(2, 1, (from, to) -> Parallel.setThreads(2)));
  }

  @Test
  void refusesNoThreads() {
    refused(
        "convnet.threads: expected a number from 1 to 32767, got 0", () -> Parallel.setThreads(0));
  }
}
