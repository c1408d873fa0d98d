package convnet.tensor;

import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/**
 * The one place where work is divided among cores. No result depends on the number of threads:
 * either each element is computed whole by one thread ({@link #split}), or partial sums are kept
 * for a fixed number of chunks and added up in their order ({@link #chunks}).
 */
public final class Parallel {
  /** How many partial sums {@link #chunks} keeps at the most, whatever the number of threads. */
  public static final int CHUNKS = 16;

  private static volatile ForkJoinPool pool = pool(initialThreads());

  private Parallel() {}

  private static int initialThreads() {
    return Integer.getInteger("convnet.threads", Runtime.getRuntime().availableProcessors());
  }

  private static ForkJoinPool pool(int threads) {
    if (threads < 1 || threads > 32767) {
      throw new IllegalArgumentException(
          "convnet.threads: expected a number from 1 to 32767, got " + threads);
    }
    return new ForkJoinPool(threads);
  }

  /** How many threads work; at first the number of cores, or {@code -Dconvnet.threads=n}. */
  public static int threads() {
    return pool.getParallelism();
  }

  /**
   * Sets the number of threads for everything that starts from now on.
   *
   * @throws IllegalArgumentException if it is not from 1 to 32767
   */
  public static void setThreads(int threads) {
    ForkJoinPool old = pool;
    pool = pool(threads);
    old.shutdown();
  }

  /** A piece of work on {@code from <= i < to}. */
  public interface Range {
    void run(int from, int to);
  }

  /** A piece of work on {@code from <= i < to} with the number of its chunk. */
  public interface Chunk {
    void run(int chunk, int from, int to);
  }

  /** Divides {@code 0 <= i < n} among the threads; each element must be whole in one i. */
  public static void split(int n, Range work) {
    divide(n, Math.min(n, threads()), (chunk, from, to) -> work.run(from, to));
  }

  /** The number of chunks that {@link #chunks} makes of n. */
  public static int chunkCount(int n) {
    return Math.min(n, CHUNKS);
  }

  /** Divides {@code 0 <= i < n} into {@link #chunkCount} chunks, the same for any thread count. */
  public static void chunks(int n, Chunk work) {
    divide(n, chunkCount(n), work);
  }

  private static void divide(int n, int pieces, Chunk work) {
    ForkJoinPool workers = pool;
    if (pieces == 1 || workers.getParallelism() == 1) {
      for (int i = 0; i < pieces; i++) {
        run(n, pieces, i, work);
      }
    } else {
      IntStream all = IntStream.range(0, pieces).parallel();
      workers.submit(() -> all.forEach(i -> run(n, pieces, i, work))).join();
    }
  }

  private static void run(int n, int pieces, int i, Chunk work) {
    work.run(i, (int) ((long) n * i / pieces), (int) ((long) n * (i + 1) / pieces));
  }
}
