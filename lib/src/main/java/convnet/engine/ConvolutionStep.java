package convnet.engine;

import convnet.array.Copies;
import convnet.array.Heap;
import convnet.array.Matmul;
import convnet.array.Matrix;
import convnet.array.VectorMatmul;
import convnet.conv.Window;
import convnet.layer.Checks;
import convnet.layer.Convolution;
import convnet.tensor.Shape;
import java.util.Arrays;

/**
 * {@link Convolution}, one image at a time:
 *
 * <pre>out(FN, OH*OW) = W(FN, C*FH*FW) . col(C*FH*FW, OH*OW) + b</pre>
 *
 * which already is the image {@code (FN, OH, OW)}, without a transpose. The column matrix of one
 * image, in parts where it is large, stays in cache, and memory does not grow with the batch.
 */
final class ConvolutionStep extends LearningStep {
  /** How many numbers of the column matrix to make at a time on the way back: 1 MiB. */
  private static final int TILE = 262144;

  /** What one thread needs to work on one image. */
  private static final class Scratch {
    float[] image = {}; // with its border of zeros
    float[] col = {}; // a part of its column matrix
    float[] dimage = {};
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final Convolution layer;
  private final int FN;
  private final int K; // C*FH*FW

  private Shape batch;
  private Window window;
  private Columns columns;
  private Runs[] panels; // the columns, as many at a time as the engine reads
  private Runs[] parts; // the columns, whole rows of the output
  private ChunkSums sums; // (K + 1, FN): dW transposed, db

  ConvolutionStep(Convolution layer) {
    super(layer);
    this.layer = layer;
    FN = W.dim(0);
    K = W.size() / FN;
  }

  @Override
  Shape begin(Shape x, boolean backward) {
    Window window = Checks.window(x, W, layer.stride(), layer.pad());
    if (!x.equals(batch)) {
      batch = x;
      this.window = window;
      columns = new Columns(window, x.dim(1));
      panels = columns.parts(VectorMatmul.WIDTH);
      parts = columns.parts(rowsAtATime() * window.OW());
      int[] places = new int[W.size()]; // (FN, K) in (K, FN)
      Arrays.setAll(places, i -> i % K * FN + i / K);
      sums = new ChunkSums(x.dim(0), places, K * FN, FN);
    }
    return Shape.of(x.dim(0), FN, window.OH(), window.OW());
  }

  /** How many output rows have a column matrix of at most TILE numbers; at least one. */
  private int rowsAtATime() {
    return Math.max(1, Math.min(window.OH(), TILE / (K * window.OW())));
  }

  @Override
  void forward(int n, Matrix x, Matrix out) {
    Scratch s = SCRATCH.get();
    int width = VectorMatmul.WIDTH;
    s.image = Heap.room(s.image, columns.paddedSize());
    s.col = Heap.room(s.col, K * width + Copies.SLACK);
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
                Matrix.of(W.array(), FN),
                col.cols(0, panel.count()));
      }
    }
  }

  @Override
  void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    Scratch s = SCRATCH.get();
    s.image = Heap.room(s.image, columns.paddedSize());
    s.dimage = Heap.room(s.dimage, columns.paddedSize());
    s.col = Heap.room(s.col, (K + 1) * parts[0].count() + Copies.SLACK);
    for (int i = 0; i < x.rows(); i++) {
      float[] sum = sums.of(n + i);
      columns.pad(x.data(), x.row(i), s.image);
      if (dx != null) {
        Arrays.fill(s.dimage, 0f);
      }
      for (Runs part : parts) {
        int P = part.count();
        Matrix d = dout.row(i, FN).cols(part.from(), part.to());
        // A row of ones after the others makes the product's last row db.
        columns.expand(s.image, part, s.col, P);
        Arrays.fill(s.col, K * P, (K + 1) * P, 1f);
        // (K + 1, P) . (P, FN) -> (K + 1, FN)
        VectorMatmul.addDots(Matrix.of(sum, 0, K + 1, FN), Matrix.of(s.col, 0, K + 1, P), d);
        if (dx != null) {
          // (K, FN) . (FN, P) -> (K, P)
          Arrays.fill(s.col, 0, K * P, 0f);
          Matmul.get().add(Matrix.of(s.col, 0, K, P), Matrix.of(W.array(), FN).t(), d);
          columns.collect(s.col, part.from() / window.OW(), part.to() / window.OW(), s.dimage);
        }
      }
      if (dx != null) {
        columns.unpad(s.dimage, dx.data(), dx.row(i));
      }
    }
  }

  @Override
  void gradients(Matrix x, Matrix dx, boolean rectified) {
    sums.moveTo(dW, db);
  }
}
