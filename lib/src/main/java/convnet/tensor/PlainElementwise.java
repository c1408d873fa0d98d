package convnet.tensor;

/** One number after another. */
final class PlainElementwise implements Elementwise {
  @Override
  public void copy(
      float[] from, int fi, int fromStep, float[] to, int ti, int toStep, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, fi + r * fromStep, to, ti + r * toStep, cols);
    }
  }

  @Override
  public void add(
      float[] from, int fi, int fromStep, float[] to, int ti, int toStep, int rows, int cols) {
    for (int r = 0; r < rows; r++) {
      int f = fi + r * fromStep;
      int t = ti + r * toStep;
      for (int c = 0; c < cols; c++) {
        to[t + c] += from[f + c];
      }
    }
  }

  @Override
  public void addAbs(float[] x, int xi, float[] sums, int si, int size) {
    for (int i = 0; i < size; i++) {
      sums[si + i] += Math.abs(x[xi + i]);
    }
  }

  @Override
  public void spread(float[] from, int fi, int size, float[] to, int ti, int step) {
    for (int i = 0; i < size; i++) {
      to[ti + i * step] = from[fi + i];
    }
  }

  @Override
  public void copyRuns(
      float[] from, int[] start, int[] source, int[] length, float[] to, int[] target, int step) {
    for (int r = 0; r < start.length; r++) {
      for (int k = 0; k < source.length; k++) {
        System.arraycopy(from, start[r] + source[k], to, r * step + target[k], length[k]);
      }
    }
  }

  @Override
  public int words(int size) {
    return (size + Integer.SIZE - 1) / Integer.SIZE;
  }

  @Override
  public void relu(float[] x, int xi, float[] out, int oi, int size, int[] passes, int pi) {
    for (int from = 0; from < size; from += Integer.SIZE) {
      int word = 0;
      int to = Math.min(size, from + Integer.SIZE);
      for (int i = from; i < to; i++) {
        boolean zero = x[xi + i] <= 0; // false for NaN
        out[oi + i] = zero ? 0 : x[xi + i];
        word |= (zero ? 0 : 1) << i;
      }
      passes[pi + from / Integer.SIZE] = word;
    }
  }

  @Override
  public void keep(int[] passes, int pi, float[] dout, int di, float[] dx, int xi, int size) {
    for (int i = 0; i < size; i++) {
      boolean pass = (passes[pi + i / Integer.SIZE] >>> i & 1) != 0;
      dx[xi + i] = pass ? dout[di + i] : 0;
    }
  }

  @Override
  public void maxPool(
      float[] x, int xi, int planes, int H, int W, float[] out, int oi, int[] where, int wi) {
    int o = 0;
    for (int row = 0; row < planes * H; row += 2) {
      for (int i = row * W; i < (row + 1) * W; i += 2, o++) {
        int best = larger(x, xi, larger(x, xi, larger(x, xi, i, i + 1), i + W), i + W + 1);
        out[oi + o] = x[xi + best];
        where[wi + o] = best;
      }
    }
  }

  @Override
  public void adaGrad(float[] p, float[] g, float[] h, int from, int to, float lr) {
    for (int i = from; i < to; i++) {
      h[i] += g[i] * g[i];
      p[i] -= lr * g[i] / ((float) Math.sqrt(h[i]) + 1e-7f);
    }
  }

  private static int larger(float[] x, int xi, int best, int i) {
    return x[xi + i] > x[xi + best] || Float.isNaN(x[xi + i]) ? i : best;
  }
}
