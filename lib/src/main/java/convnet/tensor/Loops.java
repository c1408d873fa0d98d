package convnet.tensor;

/** The loops of {@link Tensor}'s operations, each by itself so that the compiler can unroll it. */
final class Loops {
  private Loops() {}

  /** What is done to the n numbers of a from i on, with those of b from j on. */
  interface Pairs {
    void apply(float[] a, int i, float[] b, int j, float[] out, int n);
  }

  static void add(float[] a, int i, float[] b, int j, float[] out, int n) {
    for (int k = 0; k < n; k++) {
      out[i + k] = a[i + k] + b[j + k];
    }
  }

  static void sub(float[] a, int i, float[] b, int j, float[] out, int n) {
    for (int k = 0; k < n; k++) {
      out[i + k] = a[i + k] - b[j + k];
    }
  }

  static void mul(float[] a, int i, float[] b, int j, float[] out, int n) {
    for (int k = 0; k < n; k++) {
      out[i + k] = a[i + k] * b[j + k];
    }
  }

  /**
   * Without a branch, whose outcome no processor could foresee: 1 - 1 has no bit, 0 - 1 has all.
   */
  static void zeroWhere(float[] a, int i, float[] mask, int j, float[] out, int n) {
    for (int k = 0; k < n; k++) {
      int bits = Float.floatToRawIntBits(a[i + k]) & ((int) mask[j + k] - 1);
      out[i + k] = Float.intBitsToFloat(bits);
    }
  }

  /**
   * Lines of numbers, each of which becomes one.
   *
   * @param number of the first line, where its result goes
   * @param count how many there are
   * @param start where the first begins
   * @param apart how far the next begins from it
   * @param n how many numbers each has
   * @param step how far these lie apart
   */
  record Lines(int number, int count, int start, int apart, int n, int step) {}

  /** What becomes of lines; out is zero before. */
  interface Reduction {
    void apply(float[] data, float[] out, Lines lines);
  }

  static void sum(float[] data, float[] out, Lines lines) {
    double[] sums = new double[lines.count];
    for (int i = 0; i < lines.n; i++) { // all lines at once: no sum waits for its last addition
      for (int l = 0; l < lines.count; l++) {
        sums[l] += data[lines.start + l * lines.apart + i * lines.step];
      }
    }
    for (int l = 0; l < lines.count; l++) {
      out[lines.number + l] = (float) sums[l];
    }
  }

  /** Floats as whole numbers in the same order, NaN above all, -0 as 0. */
  private static int order(float v) {
    int bits = Float.floatToIntBits(v + 0f);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  /** Without a branch likewise: value and place in one number, the largest of them wins. */
  static void argmax(float[] data, float[] out, Lines lines) {
    for (int l = 0; l < lines.count; l++) {
      int line = lines.start + l * lines.apart;
      long best = Long.MIN_VALUE;
      for (int i = 0; i < lines.n; i++) { // of equals the first: ~0 is the largest in the low half
        best = Math.max(best, (long) order(data[line + i * lines.step]) << 32 | ~i & 0xffffffffL);
      }
      out[lines.number + l] = ~(int) best;
    }
  }

  static void max(float[] data, float[] out, Lines lines) {
    argmax(data, out, lines);
    for (int l = 0; l < lines.count; l++) {
      int best = (int) out[lines.number + l];
      out[lines.number + l] = data[lines.start + l * lines.apart + best * lines.step];
    }
  }
}
