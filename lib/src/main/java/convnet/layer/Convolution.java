package convnet.layer;

import convnet.conv.Columns;
import convnet.conv.Runs;
import convnet.conv.Window;
import convnet.tensor.Elementwise;
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
  /** How many numbers of the column matrix to make at a time on the way back: 1 MiB. */
  private static final int TILE = 262144;

  /** What one thread needs to work on one image. */
  private static final class Scratch {
    float[] image = {}; // with its border of zeros
    float[] col = {}; // a part of its column matrix
    float[] dimage = {};
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final int stride;
  private final int pad;
  private final int FN;
  private final int K; // C*FH*FW

  private Shape batch;
  private Window window;
  private Columns columns;
  private Runs[] panels; // the columns, as many at a time as the engine reads
  private Runs[] parts; // the columns, whole rows of the output
  private float[][] sums = {}; // for each chunk of the batch (K + 1, FN): its dW transposed, its db

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
    Window window = Checks.window("Convolution", x, W, stride, pad);
    if (!x.equals(batch)) {
      batch = x;
      this.window = window;
      columns = new Columns(window, x.dim(1));
      panels = columns.parts(Matmul.get().panel());
      parts = columns.parts(rowsAtATime() * window.OW());
      sums = new float[Parallel.chunkOf(x.dim(0) - 1, x.dim(0)) + 1][(K + 1) * FN];
    }
    return Shape.of(x.dim(0), FN, window.OH(), window.OW());
  }

  /** How many output rows have a column matrix of at most TILE numbers; at least one. */
  private int rowsAtATime() {
    return Math.max(1, Math.min(window.OH(), TILE / (K * window.OW())));
  }

  @Override
  public void forward(int n, Matrix x, Matrix out) {
    Scratch s = SCRATCH.get();
    int width = Matmul.get().panel();
    s.image = room(s.image, columns.paddedSize());
    s.col = room(s.col, K * width + Elementwise.SLACK);
    Matrix col = Matrix.of(s.col, 0, K, width);
    for (int i = 0; i < x.rows(); i++) {
      Matrix planes = out.row(i, FN);
      for (int f = 0; f < FN; f++) {
        Arrays.fill(out.data(), planes.row(f), planes.row(f + 1), b.array()[f]);
      }
      columns.pad(x.data(), x.row(i), s.image);
      for (Runs panel : panels) {
        columns.expand(s.image, panel, s.col, width);
        // (FN, K) . (K, panel) -> (FN, panel)
        Matmul.get()
            .add(
                planes.cols(panel.from(), panel.to()),
                Matrix.of(W, FN),
                col.cols(0, panel.count()));
      }
    }
  }

  @Override
  public void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    Scratch s = SCRATCH.get();
    s.image = room(s.image, columns.paddedSize());
    s.dimage = room(s.dimage, columns.paddedSize());
    s.col = room(s.col, (K + 1) * parts[0].count() + Elementwise.SLACK);
    for (int i = 0; i < x.rows(); i++) {
      float[] sum = sums[Parallel.chunkOf(n + i, batch.dim(0))];
      columns.pad(x.data(), x.row(i), s.image);
      if (dx != null) {
        Arrays.fill(s.dimage, 0f);
      }
      for (Runs part : parts) {
        int P = part.count();
        Matrix d = dout.row(i, FN).cols(part.from(), part.to());
        // A row of ones behind the others makes the product's last row db.
        columns.expand(s.image, part, s.col, P);
        Arrays.fill(s.col, K * P, (K + 1) * P, 1f);
        // (K + 1, P) . (P, FN) -> (K + 1, FN)
        Matmul.get().addDots(Matrix.of(sum, 0, K + 1, FN), Matrix.of(s.col, 0, K + 1, P), d);
        if (dx != null) {
          // (K, FN) . (FN, P) -> (K, P)
          Arrays.fill(s.col, 0, K * P, 0f);
          Matmul.get().add(Matrix.of(s.col, 0, K, P), Matrix.of(W, FN).t(), d);
          columns.collect(s.col, part.from() / window.OW(), part.to() / window.OW(), s.dimage);
        }
      }
      if (dx != null) {
        columns.unpad(s.dimage, dx.data(), dx.row(i));
      }
    }
  }

  @Override
  public void gradients(Matrix x, Matrix dx, boolean rectified, Tensor dW, Tensor db) {
    Arrays.fill(dW.array(), 0f);
    Arrays.fill(db.array(), 0f);
    for (float[] sum : sums) { // in order: no result depends on who summed up what
      for (int f = 0; f < FN; f++) {
        db.array()[f] += sum[K * FN + f];
        for (int k = 0; k < K; k++) {
          dW.array()[f * K + k] += sum[k * FN + f];
        }
      }
      Arrays.fill(sum, 0f);
    }
  }

  private static float[] room(float[] array, int size) {
    return array.length < size ? new float[size] : array;
  }
}
