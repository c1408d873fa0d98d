package convnet.array;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Max pooling over 2 x 2 at stride 2. The largest of a window at <em>every</em> step across needs
 * no shuffling of lanes, only loads from one pixel further; of two neighbours one is then thrown
 * away. There is no branch: which of two numbers is larger cannot be foreseen, and a wrong guess
 * costs the processor more than ten comparisons.
 */
public final class MaxPool2x2 {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private MaxPool2x2() {}

  /** Per thread, the maxima of one plane and their places. */
  private static final ThreadLocal<float[]> MAXIMA = ThreadLocal.withInitial(() -> new float[0]);

  private static final ThreadLocal<int[]> PLACES = ThreadLocal.withInitial(() -> new int[0]);

  /**
   * The largest of each window, over planes that lie one after the other. NaN wins over every
   * number, and of equals the first counts.
   *
   * @param x planes of {@code H x W}, both even, from {@code xi} on
   * @param out planes of {@code H/2 x W/2}, from {@code oi} on
   * @param where for each output the place of its input counted from xi, from {@code wi} on
   */
  public static void forward(
      float[] x, int xi, int planes, int H, int W, float[] out, int oi, int[] where, int wi) {
    if (W <= L) {
      oneByOne(x, xi, 0, planes * H, W, out, oi, where, wi);
      return;
    }
    int size = H / 2 * W;
    if (MAXIMA.get().length < size) {
      MAXIMA.set(new float[size]);
      PLACES.set(new int[size]);
    }
    float[] maxima = MAXIMA.get();
    int[] places = PLACES.get();
    for (int plane = 0; plane < planes; plane++) {
      boolean nan = false;
      for (int oh = 0; oh < H / 2; oh++) {
        nan |= maxRow(x, xi, (plane * H + 2 * oh) * W, W, maxima, places, oh * W);
      }
      int o = plane * size / 2;
      if (nan) { // rare, and not worth three more comparisons each
        oneByOne(x, xi, plane * H, (plane + 1) * H, W, out, oi + o, where, wi + o);
        continue;
      }
      for (int i = 0; i < size / 2; i++) {
        out[oi + o + i] = maxima[2 * i];
        where[wi + o + i] = places[2 * i];
      }
    }
  }

  /** The windows of the rows {@code from <= h < to}, without a vector. */
  private static void oneByOne(
      float[] x, int xi, int from, int to, int W, float[] out, int oi, int[] where, int wi) {
    int o = 0;
    for (int h = from; h < to; h += 2) {
      for (int i = h * W; i < (h + 1) * W; i += 2, o++) {
        int best = larger(x, xi, larger(x, xi, larger(x, xi, i, i + 1), i + W), i + W + 1);
        out[oi + o] = x[xi + best];
        where[wi + o] = best;
      }
    }
  }

  private static int larger(float[] x, int xi, int best, int i) {
    return x[xi + i] > x[xi + best] || Float.isNaN(x[xi + i]) ? i : best;
  }

  /**
   * The largest of the windows whose upper left corners are the W numbers from {@code top} on.
   *
   * @return whether there may be a NaN among them
   */
  private static boolean maxRow(
      float[] x, int xi, int top, int W, float[] maxima, int[] places, int at) {
    // Distances from the corner travel as the bits of floats, so that one mask serves both.
    FloatVector right = IntVector.broadcast(I, 1).reinterpretAsFloats();
    FloatVector below = IntVector.broadcast(I, W).reinterpretAsFloats();
    FloatVector both = IntVector.broadcast(I, W + 1).reinterpretAsFloats();
    FloatVector sum = FloatVector.zero(S); // a NaN makes it NaN and stays
    for (int c = 0; c < W - 1; c += L) {
      int from = Math.min(c, W - 1 - L);
      int corner = xi + top + from;
      FloatVector best = FloatVector.fromArray(S, x, corner);
      sum = sum.add(best);
      FloatVector v = FloatVector.fromArray(S, x, corner + 1);
      sum = sum.add(v);
      VectorMask<Float> larger = v.compare(VectorOperators.GT, best);
      best = best.blend(v, larger);
      FloatVector distance = FloatVector.zero(S).blend(right, larger);
      v = FloatVector.fromArray(S, x, corner + W);
      sum = sum.add(v);
      larger = v.compare(VectorOperators.GT, best);
      best = best.blend(v, larger);
      distance = distance.blend(below, larger);
      v = FloatVector.fromArray(S, x, corner + W + 1);
      sum = sum.add(v);
      larger = v.compare(VectorOperators.GT, best);
      best = best.blend(v, larger);
      distance = distance.blend(both, larger);
      best.intoArray(maxima, at + from);
      distance.reinterpretAsInts().add(NUMBERS).add(top + from).intoArray(places, at + from);
    }
    return sum.compare(VectorOperators.NE, sum).anyTrue();
  }

  /** 0, 1, 2, ... */
  private static final IntVector NUMBERS = IntVector.zero(I).addIndex(1);
}
