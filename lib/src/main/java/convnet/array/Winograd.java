package convnet.array;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The three small matrices of Winograd's F(2 x 2, 3 x 3), as in section 4.1 of Lavin and Gray,
 * "Fast Algorithms for Convolutional Neural Networks" (2015). Along a line, two results y of a
 * filter of three weights g over four pixels d take six products, but only four in the middle of
 *
 * <pre>y = At . ((G . g) * (Bt . d))      At (2, 4), G (4, 3), Bt (4, 4)</pre>
 *
 * and in a plane, with each matrix applied down and across, four results take 16 instead of 36.
 *
 * <p>Bt and At are applied to runs of neighbours in memory, whole vectors of them.
 */
public final class Winograd {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private Winograd() {}

  /**
   * {@code y = Bt . d}, for n numbers side by side.
   *
   * @param d the first of them lie at di, {@code di + odd}, {@code di + pair}, {@code di + pair +
   *     odd}
   * @param y the first of them will lie at yi, and three times {@code step} further
   */
  public static void pixels(
      float[] d, int di, int odd, int pair, float[] y, int yi, int step, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector d0 = FloatVector.fromArray(S, d, di + i);
      FloatVector d1 = FloatVector.fromArray(S, d, di + i + odd);
      FloatVector d2 = FloatVector.fromArray(S, d, di + i + pair);
      FloatVector d3 = FloatVector.fromArray(S, d, di + i + pair + odd);
      d0.sub(d2).intoArray(y, yi + i);
      d1.add(d2).intoArray(y, yi + i + step);
      d2.sub(d1).intoArray(y, yi + i + 2 * step);
      d1.sub(d3).intoArray(y, yi + i + 3 * step);
    }
  }

  /** {@code m[0], m[1] = At . m} for n numbers side by side, the next of m {@code step} further. */
  public static void results(float[] m, int mi, int step, int n) {
    for (int i = mi; i < mi + n; i += L) {
      FloatVector m1 = FloatVector.fromArray(S, m, i + step);
      FloatVector m2 = FloatVector.fromArray(S, m, i + 2 * step);
      FloatVector m3 = FloatVector.fromArray(S, m, i + 3 * step);
      FloatVector.fromArray(S, m, i).add(m1).add(m2).intoArray(m, i);
      m1.sub(m2).sub(m3).intoArray(m, i + step);
    }
  }

  /**
   * {@code m = max(0, the largest of four results)}, for n tiles and filters side by side; NaN is
   * larger than any number. The four lie at 0, step, 4 step and 5 step.
   */
  public static void largest(float[] m, int step, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector upper = FloatVector.fromArray(S, m, i).max(FloatVector.fromArray(S, m, i + step));
      FloatVector lower =
          FloatVector.fromArray(S, m, i + 4 * step).max(FloatVector.fromArray(S, m, i + 5 * step));
      upper.max(lower).max(0f).intoArray(m, i);
    }
  }

  /** {@code u = G . g}: four numbers from ui on, {@code step} apart. */
  public static void weights(float g0, float g1, float g2, float[] u, int ui, int step) {
    u[ui] = g0;
    u[ui + step] = (g0 + g2 + g1) / 2;
    u[ui + 2 * step] = (g0 + g2 - g1) / 2;
    u[ui + 3 * step] = g2;
  }
}
