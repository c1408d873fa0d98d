package convnet.tensor;

import java.util.Arrays;

/** Plain loops, the innermost along a row of patches or of a window. */
record PlainPooledProduct(int FN, int[] pixels, int row) implements PooledProduct {
  @Override
  public int panel(int P) {
    return P;
  }

  @Override
  public int stride() {
    return span();
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
    int[] shifts = {0, 1, row, row + 1};
    for (int f = 0; f < FN; f++) {
      for (int s = 0; s < 4; s++) {
        int at = (4 * f + s) * panel;
        sums(
            W,
            PooledProduct.weight(f, 0, pixels.length),
            b[f],
            patches,
            shifts[s] * panel,
            panel,
            scratch,
            at);
      }
    }
    largest(scratch, FN, panel, row, out, oi, where, wi, step);
  }

  /** Of each filter the largest of four sums, the first of equals or the last NaN, and ReLU. */
  static void largest(
      float[] sums,
      int FN,
      int panel,
      int row,
      float[] out,
      int oi,
      int[] where,
      int wi,
      int step) {
    for (int f = 0; f < FN; f++) {
      for (int p = 0; p < panel; p++) {
        int at = 4 * f * panel + p;
        int best = 0;
        for (int s = 1; s < 4; s++) {
          float x = sums[at + s * panel];
          best = x > sums[at + best * panel] || Float.isNaN(x) ? s : best;
        }
        float x = sums[at + best * panel];
        boolean zero = x <= 0; // false for NaN
        out[oi + f * step + p] = zero ? 0 : x;
        if (where != null) {
          where[wi + f * step + p] = zero ? BLOCKED : best % 2 + best / 2 * row;
        }
      }
    }
  }

  /** One filter's sums at one shift, for every patch. */
  private void sums(
      float[] W, int w, float b, float[] patches, int from, int panel, float[] scratch, int at) {
    Arrays.fill(scratch, at, at + panel, b);
    for (int k = 0; k < pixels.length; k++) {
      float weight = W[w + k * STEP];
      int row = from + pixels[k] * panel;
      for (int p = 0; p < panel; p++) {
        scratch[at + p] += weight * patches[row + p];
      }
    }
  }

  @Override
  public boolean passes(int[] where, int wi, int P) {
    return passesOne(where, wi, P);
  }

  /** As {@link #passes}, one after the other. */
  static boolean passesOne(int[] where, int wi, int P) {
    for (int p = wi; p < wi + P; p++) {
      if (where[p] != BLOCKED) {
        return true;
      }
    }
    return false;
  }

  @Override
  public float pass(
      float[] dout, int di, int[] where, int wi, int P, float[] passed, int[] shifts, int at) {
    return passOne(dout, di, where, wi, P, passed, shifts, at);
  }

  /** As {@link #pass}, one after the other. */
  static float passOne(
      float[] dout, int di, int[] where, int wi, int P, float[] passed, int[] shifts, int at) {
    float sum = 0;
    for (int p = 0; p < P; p++) {
      boolean blocked = where[wi + p] == BLOCKED;
      passed[at + p] = blocked ? 0 : dout[di + p];
      shifts[at + p] = blocked ? 0 : where[wi + p];
      sum += passed[at + p];
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
    int span = span();
    for (int r = 0; r < R; r++) {
      int sum = filters[r] * span;
      for (int p = 0; p < P; p++) {
        float d = dout[r * P + p];
        if (d == 0) {
          continue;
        }
        int window = p * size + shifts[r * P + p];
        for (int j = 0; j < span; j++) {
          sums[sum + j] += d * patches[window + j];
        }
      }
    }
  }
}
