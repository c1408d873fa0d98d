package convnet.tensor;

/**
 * What im2col, ReLU and max pooling do to each number, in the engine that {@link Matmul} chose.
 * Both engines give the same bits.
 */
public interface Elementwise {
  /**
   * Copies a rectangle: {@code rows} rows of {@code cols} numbers, {@code fromStep} and {@code
   * toStep} from one row to the next.
   */
  void copy(float[] from, int fi, int fromStep, float[] to, int ti, int toStep, int rows, int cols);

  /** As {@link #copy}, but adds to what is there. */
  void add(float[] from, int fi, int fromStep, float[] to, int ti, int toStep, int rows, int cols);

  /** {@code sums[si + i] += |x[xi + i]|}. */
  void addAbs(float[] x, int xi, float[] sums, int si, int size);

  /** Copies neighbours to places that lie {@code step} apart. */
  void spread(float[] from, int fi, int size, float[] to, int ti, int step);

  /** How many numbers behind its end {@link #copyRuns} may read and overwrite. */
  int SLACK = 64;

  /**
   * Copies, for each r, runs of numbers that lie apart: run k of r has {@code length[k]} numbers
   * from {@code start[r] + source[k]} on and goes to {@code r * step + target[k]}. Up to {@link
   * #SLACK} numbers behind a run are read and overwritten too: so targets must ascend, and both
   * arrays must be longer by so much.
   */
  void copyRuns(
      float[] from, int[] start, int[] source, int[] length, float[] to, int[] target, int step);

  /**
   * {@code out = x <= 0 ? 0 : x}, and remembers with one bit a number whether it passed. NaN
   * passes.
   *
   * @param passes receives the bits from word {@code pi} on, {@link #words} of them; which bit is
   *     whose is the engine's affair
   */
  void relu(float[] x, int xi, float[] out, int oi, int size, int[] passes, int pi);

  /** {@code dx = dout} where {@link #relu} let x pass, elsewhere 0. */
  void keep(int[] passes, int pi, float[] dout, int di, float[] dx, int xi, int size);

  /** How many words {@link #relu} needs to remember so many numbers. */
  int words(int size);

  /**
   * The largest of each 2 x 2 window at stride 2, over planes that lie one behind the other. NaN
   * wins over every number, and of equals the first counts.
   *
   * @param x planes of {@code H x W}, both even, from {@code xi} on
   * @param out planes of {@code H/2 x W/2}, from {@code oi} on
   * @param where for each output the place of its input counted from xi, from {@code wi} on
   */
  void maxPool(
      float[] x, int xi, int planes, int H, int W, float[] out, int oi, int[] where, int wi);

  /**
   * AdaGrad on elements {@code from <= i < to}: {@code h += g g, p -= lr g / (sqrt(h) + 1e-7)}.
   * Root and division are what an update of the parameters costs; the compiler does not always find
   * that it may take a vector of them at a time.
   */
  void adaGrad(float[] p, float[] g, float[] h, int from, int to, float lr);

  /** The engine in use, the same as {@link Matmul#get}. */
  static Elementwise get() {
    return Chosen.ENGINE;
  }

  /** The choice, made when first asked for. */
  final class Chosen {
    static final Elementwise ENGINE =
        Matmul.get() instanceof VectorMatmul ? new VectorElementwise() : new PlainElementwise();

    private Chosen() {}
  }
}
