package convnet.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Forward, a vector holds one number of as many patches, and a tile is three filters by the four
 * places of the window: twelve sums in registers. A step along the window needs four vectors and
 * three weights for twelve multiply-adds.
 *
 * <p>Back, a vector holds neighbouring numbers of one window, and a tile is three filters by two
 * vectors: each gradient is multiplied with the window that won, wherever in its patch that begins.
 */
record VectorPooledProduct(int FN, int[] pixels, int row) implements PooledProduct {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  @Override
  public int panel(int P) {
    return L;
  }

  @Override
  public int stride() {
    return (span() + 2 * L - 1) / (2 * L) * 2 * L;
  }

  @Override
  public void forward(
      float[] W,
      float[] b,
      float[] patches,
      int panel,
      float[] scratch,
      float[] out,
      int oi,
      int[] where,
      int wi,
      int step) {
    for (int f = 0; f < FN; f += GROUP) {
      tile(W, PooledProduct.weight(f, 0, pixels.length), b, f, patches, scratch, 4 * f * L);
    }
    if (!largest(scratch, FN, row, out, oi, where, wi, step)) {
      PlainPooledProduct.largest(
          scratch, FN, L, row, out, oi, where, wi, step); // a NaN needs a closer look
    }
  }

  /** Sums of three filters at four places each, side by side into {@code sums}. */
  private void tile(float[] W, int w, float[] b, int f, float[] patches, float[] sums, int at) {
    int[] pixels = this.pixels;
    int below = row * L;
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
    for (int k = 0; k < pixels.length; k++) {
      int j = pixels[k] * L;
      FloatVector left = FloatVector.fromArray(S, patches, j);
      FloatVector right = FloatVector.fromArray(S, patches, j + L);
      FloatVector lowerLeft = FloatVector.fromArray(S, patches, j + below);
      FloatVector lowerRight = FloatVector.fromArray(S, patches, j + L + below);
      FloatVector x = FloatVector.broadcast(S, W[w + STEP * k]);
      a0 = x.fma(left, a0);
      a1 = x.fma(right, a1);
      a2 = x.fma(lowerLeft, a2);
      a3 = x.fma(lowerRight, a3);
      x = FloatVector.broadcast(S, W[w + STEP * k + 1]);
      b0 = x.fma(left, b0);
      b1 = x.fma(right, b1);
      b2 = x.fma(lowerLeft, b2);
      b3 = x.fma(lowerRight, b3);
      x = FloatVector.broadcast(S, W[w + STEP * k + 2]);
      c0 = x.fma(left, c0);
      c1 = x.fma(right, c1);
      c2 = x.fma(lowerLeft, c2);
      c3 = x.fma(lowerRight, c3);
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
  private static boolean largest(
      float[] sums, int FN, int row, float[] out, int oi, int[] where, int wi, int step) {
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

  private static FloatVector bits(int number) {
    return IntVector.broadcast(I, number).reinterpretAsFloats();
  }

  @Override
  public boolean passes(int[] where, int wi, int P) {
    int p = 0;
    for (; p + L <= P; p += L) {
      if (!IntVector.fromArray(I, where, wi + p).compare(VectorOperators.EQ, BLOCKED).allTrue()) {
        return true;
      }
    }
    return PlainPooledProduct.passesOne(where, wi + p, P - p);
  }

  @Override
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
    float sum =
        PlainPooledProduct.passOne(dout, di + p, where, wi + p, P - p, passed, shifts, at + p);
    for (int l = 0; l < L; l++) {
      sum += sums.lane(l);
    }
    return sum;
  }

  @Override
  public void gradient(
      int[] filters,
      int R,
      float[] dout,
      int[] shifts,
      int P,
      float[] patches,
      int size,
      float[] sums) {
    int stride = stride();
    for (int r = 0; r < R; r += GROUP) {
      for (int j = 0; j < stride; j += 2 * L) {
        windows(
            dout,
            shifts,
            r * P,
            P,
            patches,
            j,
            size,
            sums,
            filters[r] * stride + j,
            filters[r + 1] * stride + j,
            filters[r + 2] * stride + j);
      }
    }
  }

  /** Two vectors of the gradients of three filters. */
  private static void windows(
      float[] dout,
      int[] shifts,
      int first,
      int P,
      float[] patches,
      int from,
      int size,
      float[] sums,
      int a,
      int b,
      int c) {
    int second = first + P;
    int third = second + P;
    FloatVector a0 = FloatVector.fromArray(S, sums, a);
    FloatVector a1 = FloatVector.fromArray(S, sums, a + L);
    FloatVector b0 = FloatVector.fromArray(S, sums, b);
    FloatVector b1 = FloatVector.fromArray(S, sums, b + L);
    FloatVector c0 = FloatVector.fromArray(S, sums, c);
    FloatVector c1 = FloatVector.fromArray(S, sums, c + L);
    for (int p = 0; p < P; p++) {
      int patch = from + p * size;
      int window = patch + shifts[first + p];
      FloatVector d = FloatVector.broadcast(S, dout[first + p]);
      a0 = d.fma(FloatVector.fromArray(S, patches, window), a0);
      a1 = d.fma(FloatVector.fromArray(S, patches, window + L), a1);
      window = patch + shifts[second + p];
      d = FloatVector.broadcast(S, dout[second + p]);
      b0 = d.fma(FloatVector.fromArray(S, patches, window), b0);
      b1 = d.fma(FloatVector.fromArray(S, patches, window + L), b1);
      window = patch + shifts[third + p];
      d = FloatVector.broadcast(S, dout[third + p]);
      c0 = d.fma(FloatVector.fromArray(S, patches, window), c0);
      c1 = d.fma(FloatVector.fromArray(S, patches, window + L), c1);
    }
    a0.intoArray(sums, a);
    a1.intoArray(sums, a + L);
    b0.intoArray(sums, b);
    b1.intoArray(sums, b + L);
    c0.intoArray(sums, c);
    c1.intoArray(sums, c + L);
  }
}
