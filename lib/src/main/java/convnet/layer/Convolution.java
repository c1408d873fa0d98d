package convnet.layer;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.tensor.Matmul;
import convnet.tensor.Matrix;
import convnet.tensor.Parallel;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.Arrays;

/**
 * The convolution layer (book, sections 7.2 and 7.4), one image at a time:
 *
 * <pre>out(FN, OH*OW) = W(FN, C*FH*FW) . col(C*FH*FW, OH*OW) + b</pre>
 *
 * which already is the image {@code (FN, OH, OW)}, without a transpose. The column matrix of one
 * image, in parts where it is large, stays in cache, and memory does not grow with the batch.
 * {@link BatchConvolution} is the chapter's form; both give the same numbers.
 */
public final class Convolution extends LearningLayer {
  /** How many numbers of the column matrix to make at a time: 1 MiB, for the second cache. */
  private static final int TILE = 262144;

  /** Per thread, a part of the column matrix of one image. */
  private static final ThreadLocal<float[]> COLUMNS = ThreadLocal.withInitial(() -> new float[0]);

  private final int stride;
  private final int pad;
  private final int FN;
  private final int K; // C*FH*FW

  private Window window;
  private int N;
  private float[][] sums = {}; // for each chunk of the batch (1 + K, FN): its db, its dW transposed

  /**
   * A layer around W and b, which it shares.
   *
   * @param W filters, {@code (FN, C, FH, FW)}
   * @param b biases, {@code (FN,)}
   * @param stride the filter's step in pixels
   * @param pad zeros added on each side of the image, in pixels
   * @throws IllegalArgumentException if the shapes of W and b do not belong together
   */
  public Convolution(Tensor W, Tensor b, int stride, int pad) {
    super(W, b);
    Checks.filters("Convolution", W, b);
    this.stride = stride;
    this.pad = pad;
    FN = W.dim(0);
    K = W.size() / FN;
  }

  /** The filter's step in pixels. */
  public int stride() {
    return stride;
  }

  /** The zeros added on each side of the image, in pixels. */
  public int pad() {
    return pad;
  }

  @Override
  protected Shape prepare(Shape x) {
    window = Checks.window("Convolution", x, W, stride, pad);
    N = x.dim(0);
    int chunks = Parallel.chunkOf(N - 1, N) + 1;
    if (sums.length != chunks) {
      sums = new float[chunks][(1 + K) * FN];
    }
    return Shape.of(N, FN, window.OH(), window.OW());
  }

  @Override
  public void forward(int n, Matrix x, Matrix out) {
    int rows = rowsAtATime();
    float[] col = columns(K * rows * window.OW());
    for (int i = 0; i < x.rows(); i++) {
      Matrix planes = out.row(i, FN);
      for (int f = 0; f < FN; f++) {
        Arrays.fill(out.data(), planes.row(f), planes.row(f + 1), b.array()[f]);
      }
      for (int oh = 0; oh < window.OH(); oh += rows) {
        int end = Math.min(oh + rows, window.OH());
        Im2col.expand(x.data(), x.row(i), W.dim(1), window, oh, end, col, 0);
        // (FN, K) . (K, OH*OW) -> (FN, OH*OW)
        Matmul.get().add(columns(planes, oh, end), Matrix.of(W, FN), columns(col, K, oh, end));
      }
    }
  }

  @Override
  public void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    int rows = rowsAtATime();
    float[] col = columns((1 + K) * rows * window.OW());
    for (int i = 0; i < x.rows(); i++) {
      float[] sum = sums[Parallel.chunkOf(n + i, N)];
      if (dx != null) {
        Arrays.fill(dx.data(), dx.row(i), dx.row(i + 1), 0f);
      }
      for (int oh = 0; oh < window.OH(); oh += rows) {
        int end = Math.min(oh + rows, window.OH());
        int P = (end - oh) * window.OW();
        Matrix d = columns(dout.row(i, FN), oh, end);
        // A row of ones before the others makes the product's first row db.
        Arrays.fill(col, 0, P, 1f);
        Im2col.expand(x.data(), x.row(i), W.dim(1), window, oh, end, col, P);
        // (1 + K, OH*OW) . (OH*OW, FN) -> (1 + K, FN)
        Matmul.get().addDots(Matrix.of(sum, 0, 1 + K, FN), columns(col, 1 + K, oh, end), d);
        if (dx != null) {
          // (K, FN) . (FN, OH*OW) -> (K, OH*OW)
          Arrays.fill(col, 0, K * P, 0f);
          Matmul.get().add(columns(col, K, oh, end), Matrix.of(W, FN).t(), d);
          Im2col.collect(col, W.dim(1), window, oh, end, dx.data(), dx.row(i));
        }
      }
    }
  }

  /** How many output rows have a column matrix of at most TILE numbers; at least one. */
  private int rowsAtATime() {
    return Math.max(1, Math.min(window.OH(), TILE / (K * window.OW())));
  }

  /** The column matrix of output rows {@code oh} to {@code end}, at the start of an array. */
  private Matrix columns(float[] col, int height, int oh, int end) {
    return Matrix.of(col, 0, height, (end - oh) * window.OW());
  }

  /** The same output rows of (FN, OH*OW). */
  private Matrix columns(Matrix planes, int oh, int end) {
    return planes.cols(oh * window.OW(), end * window.OW());
  }

  @Override
  public void gradients(Matrix x, Tensor dW, Tensor db) {
    Arrays.fill(dW.array(), 0f);
    Arrays.fill(db.array(), 0f);
    for (float[] sum : sums) { // in order: no result depends on who summed up what
      for (int f = 0; f < FN; f++) {
        db.array()[f] += sum[f];
        for (int k = 0; k < K; k++) {
          dW.array()[f * K + k] += sum[(1 + k) * FN + f];
        }
      }
      Arrays.fill(sum, 0f);
    }
  }

  private static float[] columns(int size) {
    float[] columns = COLUMNS.get();
    if (columns.length < size) {
      columns = new float[size];
      COLUMNS.set(columns);
    }
    return columns;
  }
}
