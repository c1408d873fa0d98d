package convnet.array;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies of numbers that lie apart, a vector at a time where that is faster than arraycopy. */
public final class Copies {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final int[] MASKS = new int[2 * L]; // L lanes that count, then L that do not

  static {
    Arrays.fill(MASKS, 0, L, -1);
  }

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
   * Copies, for each r, runs of {@code length} numbers that lie apart: run k of r begins at {@code
   * start[r] + source[k]} and goes to {@code r * step + k * length}. Up to {@link #SLACK} numbers
   * after a run are read and overwritten too: so both arrays must be longer by so much.
   */
  public static void runs(
      float[] from, int[] start, int[] source, int length, float[] to, int step) {
    for (int r = 0; r < start.length; r++) {
      for (int k = 0; k < source.length; k++) {
        int f = start[r] + source[k];
        int t = r * step + k * length;
        FloatVector.fromArray(S, from, f).intoArray(to, t);
        for (int c = L; c < length; c += L) {
          FloatVector.fromArray(S, from, f + c).intoArray(to, t + c);
        }
      }
    }
  }

  /**
   * The adjoint of {@link #runs}: adds each run back to where it came from. Up to {@link #SLACK}
   * numbers after it are read, and zero is added to them.
   */
  public static void addRuns(
      float[] from, int step, float[] to, int[] start, int[] source, int length) {
    int whole = length / L * L;
    IntVector rest = IntVector.fromArray(I, MASKS, L - (length - whole));
    for (int r = 0; r < start.length; r++) {
      for (int k = 0; k < source.length; k++) {
        int f = r * step + k * length;
        int t = start[r] + source[k];
        for (int c = 0; c < whole; c += L) {
          FloatVector.fromArray(S, to, t + c)
              .add(FloatVector.fromArray(S, from, f + c))
              .intoArray(to, t + c);
        }
        if (whole < length) {
          FloatVector last =
              FloatVector.fromArray(S, from, f + whole)
                  .reinterpretAsInts()
                  .and(rest)
                  .reinterpretAsFloats();
          FloatVector.fromArray(S, to, t + whole).add(last).intoArray(to, t + whole);
        }
      }
    }
  }
}
