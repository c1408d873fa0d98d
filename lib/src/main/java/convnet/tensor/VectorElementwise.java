package convnet.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A vector at a time and without a branch: which of two numbers is larger cannot be foreseen, and a
 * wrong guess costs the processor more than ten comparisons. What a row has over whole vectors is
 * done by one more vector that ends where the row ends and so does some numbers twice.
 */
final class VectorElementwise implements Elementwise {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final int GROUP = Integer.SIZE * L;

  private final PlainElementwise plain = new PlainElementwise();

  @Override
  public void copy(
      float[] from, int fi, int fromStep, float[] to, int ti, int toStep, int rows, int cols) {
    if (cols < L || cols > 4 * L) { // too short for a vector, or long enough for arraycopy
      plain.copy(from, fi, fromStep, to, ti, toStep, rows, cols);
      return;
    }
    int last = cols - L;
    for (int r = 0; r < rows; r++) {
      int f = fi + r * fromStep;
      int t = ti + r * toStep;
      for (int c = 0; c < last; c += L) {
        FloatVector.fromArray(S, from, f + c).intoArray(to, t + c);
      }
      FloatVector.fromArray(S, from, f + last).intoArray(to, t + last);
    }
  }

  @Override
  public void add(
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

  @Override
  public void addAbs(float[] x, int xi, float[] sums, int si, int size) {
    int whole = size / L * L;
    for (int i = 0; i < whole; i += L) {
      FloatVector.fromArray(S, sums, si + i)
          .add(FloatVector.fromArray(S, x, xi + i).abs())
          .intoArray(sums, si + i);
    }
    plain.addAbs(x, xi + whole, sums, si + whole, size - whole);
  }

  @Override
  public void spread(float[] from, int fi, int size, float[] to, int ti, int step) {
    if (step == 2 * L) { // a panel's rows: a distance that the compiler knows
      for (int i = 0; i < size; i++) {
        to[ti + i * 2 * L] = from[fi + i];
      }
    } else {
      plain.spread(from, fi, size, to, ti, step);
    }
  }

  @Override
  public void copyRuns(
      float[] from, int[] start, int[] source, int[] length, float[] to, int[] target, int step) {
    for (int numbers : length) {
      if (numbers > L) {
        copyLongRuns(from, start, source, length, to, target, step);
        return;
      }
    }
    for (int r = 0; r < start.length; r++) {
      copyShortRuns(from, start[r], source, to, r * step, target);
    }
  }

  /** Runs of at most a vector: one copy each, without a look at their length. */
  private static void copyShortRuns(
      float[] from, int start, int[] source, float[] to, int row, int[] target) {
    for (int k = 0; k < source.length; k++) {
      FloatVector.fromArray(S, from, start + source[k]).intoArray(to, row + target[k]);
    }
  }

  private static void copyLongRuns(
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

  /** Lane l of a group's L words has the bits of numbers {@code l, L + l, 2 L + l, ...}. */
  @Override
  public int words(int size) {
    return size / GROUP * L + L + plain.words(L);
  }

  @Override
  public void relu(float[] x, int xi, float[] out, int oi, int size, int[] passes, int pi) {
    int i = 0;
    for (; i + L <= size; pi += L) {
      IntVector bits = IntVector.zero(I);
      int bit = 1;
      for (int end = Math.min(size - L, i + GROUP - L); i <= end; i += L, bit <<= 1) {
        // As whole numbers, zero and less are 0 and what is not above minus infinity; the NaNs
        // with a sign are above it.
        IntVector v = FloatVector.fromArray(S, x, xi + i).reinterpretAsInts();
        VectorMask<Integer> zero =
            v.compare(VectorOperators.LE, MINUS_INFINITY).or(v.compare(VectorOperators.EQ, 0));
        v.blend(0, zero).reinterpretAsFloats().intoArray(out, oi + i);
        bits = bits.or(IntVector.broadcast(I, bit).blend(0, zero));
      }
      bits.intoArray(passes, pi);
    }
    plain.relu(x, xi + i, out, oi + i, size - i, passes, pi);
  }

  private static final int MINUS_INFINITY = Float.floatToIntBits(Float.NEGATIVE_INFINITY);

  @Override
  public void keep(int[] passes, int pi, float[] dout, int di, float[] dx, int xi, int size) {
    int i = 0;
    for (; i + L <= size; pi += L) {
      IntVector bits = IntVector.fromArray(I, passes, pi);
      int bit = 1;
      for (int end = Math.min(size - L, i + GROUP - L); i <= end; i += L, bit <<= 1) {
        IntVector v = FloatVector.fromArray(S, dout, di + i).reinterpretAsInts();
        VectorMask<Integer> zero = bits.and(bit).compare(VectorOperators.EQ, 0);
        v.blend(0, zero).reinterpretAsFloats().intoArray(dx, xi + i);
      }
    }
    plain.keep(passes, pi, dout, di + i, dx, xi + i, size - i);
  }

  /** Per thread, the maxima of one plane and their places. */
  private static final ThreadLocal<float[]> MAXIMA = ThreadLocal.withInitial(() -> new float[0]);

  private static final ThreadLocal<int[]> PLACES = ThreadLocal.withInitial(() -> new int[0]);

  /**
   * The largest of a window at <em>every</em> step across needs no shuffling of lanes, only loads
   * from one pixel further. Of two neighbours one is then thrown away.
   */
  @Override
  public void maxPool(
      float[] x, int xi, int planes, int H, int W, float[] out, int oi, int[] where, int wi) {
    if (W <= L) {
      plain.maxPool(x, xi, planes, H, W, out, oi, where, wi);
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
        plain.maxPool(x, xi + plane * H * W, 1, H, W, out, oi + o, where, wi + o);
        for (int i = 0; i < size / 2; i++) {
          where[wi + o + i] += plane * H * W;
        }
        continue;
      }
      for (int i = 0; i < size / 2; i++) {
        out[oi + o + i] = maxima[2 * i];
        where[wi + o + i] = places[2 * i];
      }
    }
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

  @Override
  public void adaGrad(float[] p, float[] g, float[] h, int from, int to, float lr) {
    int i = from;
    for (; i + L <= to; i += L) {
      FloatVector gi = FloatVector.fromArray(S, g, i);
      FloatVector hi = FloatVector.fromArray(S, h, i).add(gi.mul(gi));
      hi.intoArray(h, i);
      FloatVector step = gi.mul(lr).div(hi.lanewise(VectorOperators.SQRT).add(1e-7f));
      FloatVector.fromArray(S, p, i).sub(step).intoArray(p, i);
    }
    plain.adaGrad(p, g, h, i, to, lr);
  }
}
