package convnet.array;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A convolution and the 2 x 2 max pooling after it in one go. One pooled number looks at a
 * <em>patch</em> of the image, one pixel wider and higher than the filter: the filter's window has
 * four places in it, and the largest of the four sums is the result. So the four sums never leave
 * the processor's registers, and on the way back only the window that won has a gradient: a quarter
 * of the products.
 *
 * <p>A patch has {@code size} numbers, in the order (channel, row, column); those of the window at
 * shift {@code s} lie s further than those of the upper left one. The four shifts are {@code 0, 1,
 * row, row + 1}, where {@code row} is the length of a patch's row.
 *
 * <p>A vector holds one number of as many patches, and a tile is three filters by the four places
 * of the window: twelve sums in registers. A step along the window needs four vectors and three
 * weights for twelve multiply-adds. {@link PooledGradient} is the way back.
 *
 * @param FN the number of filters
 * @param upper where each of the upper left window's K numbers has its line: what it is in every
 *     patch, one after another
 * @param lower the same for the window one pixel lower
 * @param next how far the next number's line lies: that of the window one pixel to the right
 * @param row the length of a patch's row
 */
public record PooledProduct(int FN, int[] upper, int[] lower, int next, int row) {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** How many patches {@link #forward} takes at a time. */
  public static final int PANEL = L;

  /** How many filters the kernels take at a time: arrays of filters are filled up to a multiple. */
  public static final int GROUP = 3;

  /**
   * How far a group's weights for one number of the window lie from those for the next: more than
   * GROUP, because JDK 17 sees beforehand that an index stays within an array only if it grows by a
   * power of two.
   */
  private static final int STEP = 4;

  /** What backward finds for an output that ReLU set to zero, instead of a shift. */
  static final int BLOCKED = -1;

  /** FN filled up to a multiple of {@link #GROUP}. */
  public static int filledUp(int FN) {
    return (FN + GROUP - 1) / GROUP * GROUP;
  }

  /** Where in W filter f has its weight for pixel k of the window's K. */
  public static int weight(int f, int k, int K) {
    return (f / GROUP * K + k) * STEP + f % GROUP;
  }

  /**
   * {@code y = max(0, b + the largest of four windows . W)} for {@link #PANEL} patches, all
   * filters.
   *
   * @param W {@code (FN/GROUP, K, STEP)}, see {@link #weight}; FN filled up
   * @param b {@code FN}, filled up
   * @param x the patches' lines
   * @param xi how far in each of them the first patch lies
   * @param sums scratch, {@code (FN, 4, PANEL)}, FN filled up
   * @param y the first filter's first result lies at yi, the next filter's {@code ld} further
   * @param won receives the winning shift likewise from wi on, or {@link #BLOCKED}; null if nobody
   *     needs it
   */
  public void forward(
      float[] W,
      float[] b,
      float[] x,
      int xi,
      float[] sums,
      float[] y,
      int yi,
      int[] won,
      int wi,
      int ld) {
    for (int f = 0; f < FN; f += GROUP) {
      tile(W, weight(f, 0, upper.length), b, f, x, xi, sums, 4 * f * L);
    }
    if (!largest(sums, y, yi, won, wi, ld)) {
      largestOrNaN(sums, y, yi, won, wi, ld);
    }
  }

  /** Sums of three filters at four places each, side by side into {@code sums}. */
  private void tile(float[] W, int w, float[] b, int f, float[] x, int xi, float[] sums, int at) {
    int[] upper = this.upper;
    int[] lower = this.lower;
    int next = this.next;
    FloatVector a0 = FloatVector.broadcast(S, b[f]);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = FloatVector.broadcast(S, b[f + 1]);
    FloatVector b1 = b0;
    FloatVector b2 = b0;
    FloatVector b3 = b0;
    FloatVector c0 = FloatVector.broadcast(S, b[f + 2]);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    for (int k = 0; k < upper.length; k++) {
      int up = upper[k] + xi;
      int low = lower[k] + xi;
      FloatVector left = FloatVector.fromArray(S, x, up);
      FloatVector right = FloatVector.fromArray(S, x, up + next);
      FloatVector lowerLeft = FloatVector.fromArray(S, x, low);
      FloatVector lowerRight = FloatVector.fromArray(S, x, low + next);
      FloatVector weight = FloatVector.broadcast(S, W[w + STEP * k]);
      a0 = weight.fma(left, a0);
      a1 = weight.fma(right, a1);
      a2 = weight.fma(lowerLeft, a2);
      a3 = weight.fma(lowerRight, a3);
      weight = FloatVector.broadcast(S, W[w + STEP * k + 1]);
      b0 = weight.fma(left, b0);
      b1 = weight.fma(right, b1);
      b2 = weight.fma(lowerLeft, b2);
      b3 = weight.fma(lowerRight, b3);
      weight = FloatVector.broadcast(S, W[w + STEP * k + 2]);
      c0 = weight.fma(left, c0);
      c1 = weight.fma(right, c1);
      c2 = weight.fma(lowerLeft, c2);
      c3 = weight.fma(lowerRight, c3);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + L);
    a2.intoArray(sums, at + 2 * L);
    a3.intoArray(sums, at + 3 * L);
    b0.intoArray(sums, at + 4 * L);
    b1.intoArray(sums, at + 5 * L);
    b2.intoArray(sums, at + 6 * L);
    b3.intoArray(sums, at + 7 * L);
    c0.intoArray(sums, at + 8 * L);
    c1.intoArray(sums, at + 9 * L);
    c2.intoArray(sums, at + 10 * L);
    c3.intoArray(sums, at + 11 * L);
  }

  /**
   * Of each filter the largest of four sums, the first of equals, and what ReLU makes of it.
   *
   * @return whether there surely was no NaN among them
   */
  private boolean largest(float[] sums, float[] out, int oi, int[] where, int wi, int step) {
    FloatVector odd = FloatVector.zero(S); // a NaN makes it NaN and stays
    for (int f = 0; f < FN; f++) {
      FloatVector best = FloatVector.zero(S); // ReLU
      FloatVector shift = bits(BLOCKED); // as the bits of floats, so that one mask serves both
      for (int s = 0; s < 4; s++) {
        FloatVector x = FloatVector.fromArray(S, sums, (4 * f + s) * L);
        odd = odd.add(x);
        VectorMask<Float> larger = x.compare(VectorOperators.GT, best);
        best = best.blend(x, larger);
        shift = shift.blend(bits(s % 2 + s / 2 * row), larger);
      }
      best.intoArray(out, oi + f * step);
      if (where != null) {
        shift.reinterpretAsInts().intoArray(where, wi + f * step);
      }
    }
    return odd.compare(VectorOperators.EQ, odd).allTrue();
  }

  /** Of each filter the largest of four sums, the first of equals or the last NaN, and ReLU. */
  private void largestOrNaN(float[] sums, float[] out, int oi, int[] where, int wi, int step) {
    for (int f = 0; f < FN; f++) {
      for (int p = 0; p < L; p++) {
        int at = 4 * f * L + p;
        int best = 0;
        for (int s = 1; s < 4; s++) {
          float x = sums[at + s * L];
          best = x > sums[at + best * L] || Float.isNaN(x) ? s : best;
        }
        float x = sums[at + best * L];
        boolean zero = x <= 0; // false for NaN
        out[oi + f * step + p] = zero ? 0 : x;
        if (where != null) {
          where[wi + f * step + p] = zero ? BLOCKED : best % 2 + best / 2 * row;
        }
      }
    }
  }

  /** A whole number in the place of every float. */
  static FloatVector bits(int number) {
    return IntVector.broadcast(I, number).reinterpretAsFloats();
  }
}
