package convnet.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.function.Executable;

/** The assertions that several tests share. */
public final class Check {
  private static final long NEVER_NANOS = TimeUnit.MINUTES.toNanos(5);

  private Check() {}

  /** Same shape, and every value within {@code tolerance} of the largest expected one or 1. */
  public static void close(String what, Tensor expected, Tensor actual, double tolerance) {
    assertEquals(expected.shape(), actual.shape(), what);
    double scale = 1;
    for (float v : expected.array()) {
      scale = Math.max(scale, Math.abs(v));
    }
    double difference = expected.maxAbsDiff(actual);
    assertTrue(difference <= tolerance * scale, what + " differs by " + difference);
  }

  /**
   * The largest difference, relative to the largest expected value, or as it is if all those are 0.
   * NaN if a value of either is NaN.
   */
  public static double relativeError(double[] expected, double[] actual) {
    double difference = 0;
    double scale = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return scale == 0 ? difference : difference / scale;
  }

  /** Waits for a state that must come, however slow or busy the machine. */
  public static void awaited(String state, BooleanSupplier reached) {
    long start = System.nanoTime();
    while (!reached.getAsBoolean()) {
      assertTrue(System.nanoTime() - start < NEVER_NANOS, "waited in vain until " + state);
      Thread.yield();
    }
  }

  /** That a call is refused with exactly this message. */
  public static void refused(Class<? extends Exception> type, String message, Executable call) {
    assertEquals(message, assertThrows(type, call).getMessage());
  }

  /** That a call is refused as a bad argument with exactly this message. */
  public static void refused(String message, Executable call) {
    refused(IllegalArgumentException.class, message, call);
  }
}
