package convnet.array;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * The one place where work is divided among cores: each thread gets one contiguous part, or the
 * next small piece whenever it is free. No result depends on the number of threads: either each
 * element is computed whole by one thread, or partial sums are kept for a fixed number of chunks of
 * the batch ({@link #chunkOf}) and added up in their order; no thread gets a part of a chunk.
 */
public final class Parallel {
  /** How many partial sums a sum over a batch has at the most, and so how many threads share it. */
  public static final int CHUNKS = 16;

  /** Held by whoever has the helpers at work, or exchanges them. */
  private static final ReentrantLock HELPERS = new ReentrantLock();

  private static volatile Helper[] helpers = {};

  static {
    setThreads(Integer.getInteger("convnet.threads", Runtime.getRuntime().availableProcessors()));
  }

  private Parallel() {}

  /** How many threads work; at first the number of cores, or {@code -Dconvnet.threads=n}. */
  public static int threads() {
    return helpers.length + 1;
  }

  /**
   * Sets the number of threads, the caller's and its helpers, for everything that starts from now
   * on; waits for what the helpers are at.
   *
   * @throws IllegalArgumentException if it is not from 1 to 32767
   * @throws IllegalStateException within a piece of work, which would wait for itself
   */
  public static void setThreads(int number) {
    if (number < 1 || number > 32767) {
      throw new IllegalArgumentException(
          "convnet.threads: expected a number from 1 to 32767, got " + number);
    }
    if (within()) {
      throw new IllegalStateException("setThreads: not within a piece of parallel work");
    }
    HELPERS.lock();
    try {
      for (Helper helper : helpers) {
        helper.end();
      }
      Helper[] fresh = new Helper[number - 1];
      for (int i = 0; i < fresh.length; i++) {
        fresh[i] = new Helper(i + 1);
        fresh[i].start();
      }
      helpers = fresh;
    } finally {
      HELPERS.unlock();
    }
  }

  /** A piece of work on {@code from <= i < to}. */
  public interface Range {
    void run(int from, int to);
  }

  /** A piece of work on {@code from <= i < to}, with a number of its own counted from 0. */
  public interface Slice {
    void run(int slice, int from, int to);
  }

  /**
   * Divides {@code 0 <= i < n} among the threads; each element must be whole in one i.
   *
   * @param grain the least number of i that is worth a thread
   */
  public static void split(int n, int grain, Range work) {
    int pieces = Math.max(1, Math.min(threads(), n / grain));
    run(pieces, i -> work.run(part(n, i, pieces), part(n, i + 1, pieces)));
  }

  /** Whether this thread is at a piece of work, so that there is nobody to divide it with. */
  private static boolean within() {
    return HELPERS.isHeldByCurrentThread() || Thread.currentThread() instanceof Helper;
  }

  /** How many slices {@link #slices} makes of a batch of N images. */
  public static int sliceCount(int N) {
    return within() ? 1 : Math.min(threads(), Math.min(N, CHUNKS));
  }

  /** Divides a batch of N images among the threads, each a run of whole chunks. */
  public static void slices(int N, Slice work) {
    int chunks = Math.min(N, CHUNKS);
    int slices = sliceCount(N);
    run(
        slices,
        i ->
            work.run(
                i,
                part(N, part(chunks, i, slices), chunks),
                part(N, part(chunks, i + 1, slices), chunks)));
  }

  /** A piece of work, number i, for one of some workers; says whether to go on. */
  public interface Portion {
    boolean run(int worker, int i);
  }

  /**
   * Hands out {@code 0 <= i < n} in order, each to whichever of so many workers is free: nobody
   * waits for a slower one before the end. No worker is at two pieces at a time.
   *
   * @param workers the most at a time, numbered from 0, which is this thread; at most one for each
   *     thread
   * @return whether all had their turn
   */
  public static boolean share(int n, int workers, Portion work) {
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean goOn = new AtomicBoolean(true);
    run(
        Math.min(n, Math.min(workers, threads())),
        worker -> {
          for (int i = 0; goOn.get() && (i = next.getAndIncrement()) < n; ) {
            boolean on = false; // if it throws, nobody shall begin another
            try {
              on = work.run(worker, i);
            } finally {
              goOn.compareAndSet(true, on);
            }
          }
        });
    return goOn.get();
  }

  /** The chunk that image n of N belongs to, from 0 to {@link #CHUNKS} - 1. */
  public static int chunkOf(int n, int N) {
    int chunks = Math.min(N, CHUNKS);
    return (int) (((long) chunks * (n + 1) - 1) / N); // the inverse of part
  }

  /** Where part i of n begins when there are so many parts. */
  private static int part(int n, int i, int parts) {
    return (int) ((long) n * i / parts);
  }

  /**
   * Runs piece 0 here and the others on the helpers; all of them here if the helpers are busy,
   * which they are within a piece.
   */
  private static void run(int pieces, IntConsumer piece) {
    if (pieces == 1 || within() || !HELPERS.tryLock()) {
      runHere(pieces, piece);
      return;
    }
    try {
      Helper[] others = helpers;
      if (pieces - 1 > others.length) { // the number of threads has just been lowered
        runHere(pieces, piece);
        return;
      }
      for (int i = 1; i < pieces; i++) {
        int number = i;
        others[i - 1].begin(() -> piece.accept(number));
      }
      try {
        piece.accept(0);
      } finally {
        for (int i = 1; i < pieces; i++) {
          others[i - 1].await();
        }
      }
      for (int i = 1; i < pieces; i++) {
        others[i - 1].rethrow();
      }
    } finally {
      HELPERS.unlock();
    }
  }

  private static void runHere(int pieces, IntConsumer piece) {
    for (int i = 0; i < pieces; i++) {
      piece.accept(i);
    }
  }
}
