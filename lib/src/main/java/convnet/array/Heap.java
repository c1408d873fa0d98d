package convnet.array;

import java.util.function.Supplier;

/**
 * The one place where large arrays are made, and what to say when Java's memory does not suffice.
 */
public final class Heap {
  private Heap() {}

  /**
   * An array of zeros.
   *
   * @param what it is for, for the error
   * @throws OutOfMemoryError with a sentence, if Java's heap is too small
   */
  public static float[] floats(String what, int size) {
    return made(what, size, () -> new float[size]);
  }

  /** An array that has room for so many numbers: the given one, if it does. */
  public static float[] room(float[] array, int size) {
    return array.length < size ? floats(memory(size), size) : array;
  }

  /** As {@link #room(float[], int)}, for whole numbers. */
  public static int[] room(int[] array, int size) {
    return array.length < size ? made(memory(size), size, () -> new int[size]) : array;
  }

  private static String memory(int size) {
    return "Engine: room for " + size + " numbers";
  }

  private static <T> T made(String what, int size, Supplier<T> array) {
    try {
      return array.get();
    } catch (OutOfMemoryError e) {
      throw new OutOfMemoryError(tooSmall(what, 4L * size));
    }
  }

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
