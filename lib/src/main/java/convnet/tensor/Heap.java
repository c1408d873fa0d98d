package convnet.tensor;

/** What to say when Java's memory does not suffice. */
public final class Heap {
  private Heap() {}

  /**
   * A sentence for an error.
   *
   * @param what takes the memory
   * @param bytes how much it takes
   */
  public static String tooSmall(String what, long bytes) {
    return "%s takes %s MiB, more than is free in the heap of %s MiB. In a notebook choose Restart Kernel first; for a larger heap start with CONVNET_HEAP=4g python3 notebooks/lab.py, or java -Xmx4g"
        .formatted(what, mebibytes(bytes), mebibytes(Runtime.getRuntime().maxMemory()));
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
