package convnet.array;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies of numbers that lie apart, a vector at a time where that is faster than arraycopy. */
public final class Copies {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** How many numbers after its end {@link #runs} may read and overwrite. */
  public static final int SLACK = 64;

  private Copies() {}

  /**
   * Copies a rectangle: {@code rows} rows of {@code cols} numbers, {@code fromStep} and {@code
   * toStep} from one row to the next.
   */
  public static void rectangle(
      float[] from, int fi, int fromStep, float[] to, int ti, int toStep, int rows, int cols) {
    boolean vectors = cols >= L && cols <= 4 * L;
    int last = cols - L;
    for (int r = 0; r < rows; r++) {
      int f = fi + r * fromStep;
      int t = ti + r * toStep;
      if (!vectors) { // too short for a vector, or long enough for arraycopy
        System.arraycopy(from, f, to, t, cols);
        continue;
      }
      for (int c = 0; c < last; c += L) {
        FloatVector.fromArray(S, from, f + c).intoArray(to, t + c);
      }
      FloatVector.fromArray(S, from, f + last).intoArray(to, t + last);
    }
  }

  /** As {@link #rectangle}, but adds to what is there. */
  public static void add(
      float[] from, int fi, int fromStep, float[] to, int ti, int toStep, int rows, int cols) {
    int whole = cols / L * L;
    for (int r = 0; r < rows; r++) {
      int f = fi + r * fromStep;
      int t = ti + r * toStep;
      for (int c = 0; c < whole; c += L) {
        FloatVector.fromArray(S, to, t + c)
            .add(FloatVector.fromArray(S, from, f + c))
            .intoArray(to, t + c);
      }
      for (int c = whole; c < cols; c++) {
        to[t + c] += from[f + c];
      }
    }
  }

  /** Copies neighbours to places that lie {@code step} apart. */
  static void spread(float[] from, int fi, int size, float[] to, int ti, int step) {
    if (step == 2 * L) { // a panel's rows: a distance that the compiler knows
      for (int i = 0; i < size; i++) {
        to[ti + i * 2 * L] = from[fi + i];
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      to[ti + i * step] = from[fi + i];
    }
  }

  /**
   * Copies, for each r, runs of numbers that lie apart: run k of r has {@code length[k]} numbers
   * from {@code start[r] + source[k]} on and goes to {@code r * step + target[k]}. Up to {@link
   * #SLACK} numbers after a run are read and overwritten too: so targets must ascend, and both
   * arrays must be longer by so much.
   */
  public static void runs(
      float[] from, int[] start, int[] source, int[] length, float[] to, int[] target, int step) {
    for (int numbers : length) {
      if (numbers > L) {
        longRuns(from, start, source, length, to, target, step);
        return;
      }
    }
    for (int r = 0; r < start.length; r++) {
      shortRuns(from, start[r], source, to, r * step, target);
    }
  }

  /** Runs of at most a vector: one copy each, without a look at their length. */
  private static void shortRuns(
      float[] from, int start, int[] source, float[] to, int row, int[] target) {
    for (int k = 0; k < source.length; k++) {
      FloatVector.fromArray(S, from, start + source[k]).intoArray(to, row + target[k]);
    }
  }

  private static void longRuns(
      float[] from, int[] start, int[] source, int[] length, float[] to, int[] target, int step) {
    for (int r = 0; r < start.length; r++) {
      for (int k = 0; k < source.length; k++) {
        int f = start[r] + source[k];
        int t = r * step + target[k];
        for (int c = 0; c < length[k]; c += L) {
          FloatVector.fromArray(S, from, f + c).intoArray(to, t + c);
        }
      }
    }
  }
}
