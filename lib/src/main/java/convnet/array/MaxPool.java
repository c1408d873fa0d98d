package convnet.array;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The largest pixel of a window, in each channel apart, of images that have their channels last: a
 * vector holds neighbouring channels. There is no branch: which of two numbers is larger cannot be
 * foreseen, and a wrong guess costs the processor more than ten comparisons.
 */
public final class MaxPool {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private MaxPool() {}

  /**
   * One window. NaN wins over every number, and of equals the first counts.
   *
   * @param x the image from xi on
   * @param C the number of channels
   * @param pixels where in the image the first channel of each of the window's pixels is
   * @param out receives C numbers from oi on
   * @param where receives the place of each in the image, from wi on
   */
  public static void forward(
      float[] x, int xi, int C, int[] pixels, float[] out, int oi, int[] where, int wi) {
    for (int from = 0; from < C; from += L) {
      int c = Math.max(0, Math.min(from, C - L)); // the last vector does some channels once more
      if (C < L || !vector(x, xi + c, pixels, out, oi + c, where, wi + c, c)) {
        for (; c < Math.min(C, from + L); c++) {
          int best = pixels[0] + c;
          for (int k = 1; k < pixels.length; k++) {
            int i = pixels[k] + c;
            best = x[xi + i] > x[xi + best] || Float.isNaN(x[xi + i]) ? i : best;
          }
          out[oi + c] = x[xi + best];
          where[wi + c] = best;
        }
      }
    }
  }

  /** A vector of channels from c on; returns whether there surely was no NaN. */
  private static boolean vector(
      float[] x, int xi, int[] pixels, float[] out, int oi, int[] where, int wi, int c) {
    FloatVector best = FloatVector.fromArray(S, x, xi + pixels[0]);
    FloatVector place =
        PooledProduct.bits(pixels[0]); // as the bits of floats, so that one mask serves both
    FloatVector sum = best; // a NaN makes it NaN and stays
    for (int k = 1; k < pixels.length; k++) {
      FloatVector v = FloatVector.fromArray(S, x, xi + pixels[k]);
      sum = sum.add(v);
      VectorMask<Float> larger = v.compare(VectorOperators.GT, best);
      best = best.blend(v, larger);
      place = place.blend(PooledProduct.bits(pixels[k]), larger);
    }
    best.intoArray(out, oi);
    place.reinterpretAsInts().add(NUMBERS).add(c).intoArray(where, wi);
    return sum.compare(VectorOperators.EQ, sum).allTrue();
  }

  /** 0, 1, 2, ... */
  private static final IntVector NUMBERS = IntVector.zero(I).addIndex(1);
}
