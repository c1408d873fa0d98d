package convnet.tensor;

/**
 * A convolution and the 2 x 2 max pooling behind it in one go, in the engine that {@link Matmul}
 * chose. One pooled number looks at a <em>patch</em> of the image, one pixel wider and higher than
 * the filter: the filter's window has four places in it, and the largest of the four sums is the
 * result. So the four sums never leave the processor's registers, and on the way back only the
 * window that won has a gradient: a quarter of the products.
 *
 * <p>A patch has {@code size} numbers, in the order (channel, row, column). Pixel k of the window
 * at shift {@code s} is the patch's number {@code pixels[k] + s}. The four shifts are {@code 0, 1,
 * row, row + 1}, where {@code row} is the length of a patch's row. On the way back a window is read
 * as one run of {@code span} numbers, from its first to its last; what belongs to those between its
 * rows is thrown away.
 *
 * @see convnet.layer.PooledConvolution
 */
public interface PooledProduct {
  /** How many filters the kernels take at a time: arrays of filters are filled up to a multiple. */
  int GROUP = 3;

  /**
   * How far a group's weights for one number of the window lie from those for the next: more than
   * GROUP, because JDK 17 sees beforehand that an index stays within an array only if it grows by a
   * power of two.
   */
  int STEP = 4;

  /** What backward finds for an output that ReLU set to zero, instead of a shift. */
  int BLOCKED = -1;

  /**
   * The engine in use, the same as {@link Matmul#get}, for filters of one geometry.
   *
   * @param FN the number of filters
   * @param pixels see {@link #pixels}
   * @param row the length of a patch's row
   */
  static PooledProduct of(int FN, int[] pixels, int row) {
    return Matmul.get() instanceof VectorMatmul
        ? new VectorPooledProduct(FN, pixels, row)
        : new PlainPooledProduct(FN, pixels, row);
  }

  /** FN filled up to a multiple of {@link #GROUP}. */
  static int filledUp(int FN) {
    return (FN + GROUP - 1) / GROUP * GROUP;
  }

  /** Where in W filter f has its weight for pixel k of the window's K. */
  static int weight(int f, int k, int K) {
    return (f / GROUP * K + k) * STEP + f % GROUP;
  }

  /** How many patches of an image's P to hand over at a time. */
  int panel(int P);

  /** Which number of a patch each of the window's K pixels is, ascending from 0. */
  int[] pixels();

  /** Over how many numbers of a patch a window reaches, from its first to its last. */
  default int span() {
    return pixels()[pixels().length - 1] + 1;
  }

  /** How many numbers to leave for a filter's gradient in {@link #gradient}, at least span. */
  int stride();

  /**
   * {@code out = max(0, b + the largest of four windows . W)} for a panel of patches, all filters.
   *
   * @param W {@code (FN/GROUP, K, STEP)}, see {@link #weight}; FN filled up
   * @param b {@code FN}, filled up
   * @param patches {@code (size, panel)}: a patch is a column
   * @param panel how many patches there are
   * @param scratch {@code (FN, 4, panel)}, FN filled up
   * @param out the first filter's first result lies at oi, the next filter's {@code step} further
   * @param where receives the winning shift likewise from wi on, or {@link #BLOCKED}; null if
   *     nobody needs it
   */
  void forward(
      float[] W,
      float[] b,
      float[] patches,
      int panel,
      float[] scratch,
      float[] out,
      int oi,
      int[] where,
      int wi,
      int step);

  /** Whether any of P of forward's findings, from wi on, is not {@link #BLOCKED}. */
  boolean passes(int[] where, int wi, int P);

  /**
   * What of one filter's gradients comes back through ReLU.
   *
   * @param dout P gradients from di on
   * @param where P of forward's findings from wi on
   * @param passed receives dout, or 0 where the output was blocked, from {@code at} on
   * @param shifts receives the shift that won, or 0, likewise
   * @return the sum of what passed, in an order that depends on P alone
   */
  float pass(
      float[] dout, int di, int[] where, int wi, int P, float[] passed, int[] shifts, int at);

  /**
   * {@code sums[filters[r]] += dout[r, p] * the window of patch p that won}, over all p in order:
   * for any filters, so that those through which nothing passed cost nothing.
   *
   * @param filters {@code R} rows of sums, none twice; R is a multiple of {@link #GROUP}
   * @param dout {@code (R, P)}
   * @param shifts {@code (R, P)}, of the windows that won
   * @param patches {@code (P, size)}: a patch is a row; behind the last as much again as a stride
   * @param sums {@code (..., stride)}
   */
  void gradient(
      int[] filters,
      int R,
      float[] dout,
      int[] shifts,
      int P,
      float[] patches,
      int size,
      float[] sums);
}
