package convnet.array;

import static convnet.array.PooledProduct.BLOCKED;
import static convnet.array.PooledProduct.GROUP;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The way back of {@link PooledProduct}. A window is read as one run of {@code span} numbers of its
 * patch, from its first to its last; what belongs to those between its rows is thrown away. A
 * vector holds neighbouring numbers of one window, and a tile is three filters by two vectors: each
 * gradient is multiplied with the window that won, wherever in its patch that begins.
 *
 * @param stride how many numbers a filter's gradient takes: span, filled up to whole tiles
 */
public record PooledGradient(int stride) {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** For windows whose pixels are these numbers of a patch, ascending from 0. */
  public static PooledGradient of(int[] pixels) {
    int span = pixels[pixels.length - 1] + 1;
    return new PooledGradient((span + 2 * L - 1) / (2 * L) * 2 * L);
  }

  /**
   * Whether any of P of forward's findings, from wi on, is not {@link PooledProduct#BLOCKED}. It
   * may mistake what follows them for theirs, less than a vector.
   */
  public boolean passes(int[] where, int wi, int P) {
    for (int p = 0; p < P; p += L) {
      if (!IntVector.fromArray(I, where, wi + p).compare(VectorOperators.EQ, BLOCKED).allTrue()) {
        return true;
      }
    }
    return false;
  }

  /**
   * What of one filter's gradients comes back through ReLU.
   *
   * @param dout P gradients from di on
   * @param where P of forward's findings from wi on
   * @param passed receives dout, or 0 where the output was blocked, from {@code at} on
   * @param shifts receives the shift that won, or 0, likewise
   * @return the sum of what passed, in an order that depends on P alone
   */
  public float pass(
      float[] dout, int di, int[] where, int wi, int P, float[] passed, int[] shifts, int at) {
    FloatVector sums = FloatVector.zero(S);
    int p = 0;
    for (; p + L <= P; p += L) {
      FloatVector shift = IntVector.fromArray(I, where, wi + p).reinterpretAsFloats();
      VectorMask<Float> blocked = shift.compare(VectorOperators.NE, shift); // all bits set: a NaN
      FloatVector d = FloatVector.fromArray(S, dout, di + p).blend(0f, blocked);
      sums = sums.add(d);
      d.intoArray(passed, at + p);
      shift.blend(0f, blocked).reinterpretAsInts().intoArray(shifts, at + p);
    }
    float sum = 0;
    for (; p < P; p++) {
      boolean passes = where[wi + p] != BLOCKED;
      passed[at + p] = passes ? dout[di + p] : 0;
      shifts[at + p] = passes ? where[wi + p] : 0;
      sum += passed[at + p];
    }
    for (int l = 0; l < L; l++) {
      sum += sums.lane(l);
    }
    return sum;
  }

  /**
   * {@code sums[filters[r]] += dout[r, p] * the window of patch p that won}, over all p in order:
   * for any filters, so that those through which nothing passed cost nothing.
   *
   * @param filters {@code R} rows of sums, none twice; R is a multiple of {@link
   *     PooledProduct#GROUP}
   * @param dout {@code (R, P)}
   * @param shifts {@code (R, P)}, of the windows that won
   * @param x {@code (P, size)}, the patches: each is a row; after the last as much again as a
   *     stride
   * @param sums {@code (..., stride)}
   */
  public void gradient(
      int[] filters, int R, float[] dout, int[] shifts, int P, float[] x, int size, float[] sums) {
    for (int r = 0; r < R; r += GROUP) {
      int first = r * P;
      int second = first + P;
      int third = second + P;
      for (int j = 0; j < stride; j += 2 * L) { // two vectors of the gradients of three filters
        int a = filters[r] * stride + j;
        int b = filters[r + 1] * stride + j;
        int c = filters[r + 2] * stride + j;
        FloatVector a0 = FloatVector.fromArray(S, sums, a);
        FloatVector a1 = FloatVector.fromArray(S, sums, a + L);
        FloatVector b0 = FloatVector.fromArray(S, sums, b);
        FloatVector b1 = FloatVector.fromArray(S, sums, b + L);
        FloatVector c0 = FloatVector.fromArray(S, sums, c);
        FloatVector c1 = FloatVector.fromArray(S, sums, c + L);
        for (int p = 0; p < P; p++) {
          int patch = j + p * size;
          int window = patch + shifts[first + p];
          FloatVector d = FloatVector.broadcast(S, dout[first + p]);
          a0 = d.fma(FloatVector.fromArray(S, x, window), a0);
          a1 = d.fma(FloatVector.fromArray(S, x, window + L), a1);
          window = patch + shifts[second + p];
          d = FloatVector.broadcast(S, dout[second + p]);
          b0 = d.fma(FloatVector.fromArray(S, x, window), b0);
          b1 = d.fma(FloatVector.fromArray(S, x, window + L), b1);
          window = patch + shifts[third + p];
          d = FloatVector.broadcast(S, dout[third + p]);
          c0 = d.fma(FloatVector.fromArray(S, x, window), c0);
          c1 = d.fma(FloatVector.fromArray(S, x, window + L), c1);
        }
        a0.intoArray(sums, a);
        a1.intoArray(sums, a + L);
        b0.intoArray(sums, b);
        b1.intoArray(sums, b + L);
        c0.intoArray(sums, c);
        c1.intoArray(sums, c + L);
      }
    }
  }
}
