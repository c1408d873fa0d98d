package convnet.engine;

import convnet.array.Copies;
import convnet.array.Elementwise;
import convnet.array.Heap;
import convnet.array.Indirect;
import convnet.array.Matrix;
import convnet.array.Panels;
import convnet.array.VectorMatmul;
import convnet.conv.Window;
import convnet.layer.Checks;
import convnet.layer.Convolution;
import convnet.tensor.Shape;
import java.util.Arrays;

/**
 * {@link Convolution} of images that have their channels last, one at a time:
 *
 * <pre>out(OH*OW, FN) = col(OH*OW, FH*FW*C) . Wt(FH*FW*C, FN) + b</pre>
 *
 * which already is the image {@code (OH, OW, FN)}, without a transpose. The column matrix stays in
 * the image ({@link Columns}); only its gradient is made, a strip at a time, which stays in cache.
 * Where {@link WinogradProduct} suits, it makes out, and dx as well: that is the convolution of
 * dout with the filters turned by 180 degrees.
 */
final class ConvolutionStep extends LearningStep {
  /** How many numbers of dcol to make at a time: 128 KiB. */
  private static final int STRIP = 32768;

  /** What one thread needs to work on one image. */
  private static final class Scratch {
    float[] image = {}; // with its border of zeros
    float[] dimage = {};
    float[] dcol = {};
    float[] douts = {}; // in panels
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final Convolution layer;
  private final boolean pools;
  private final int FN;
  private final int K; // FH*FW*C
  private final int row; // K, filled up to whole vectors
  private final int[] places; // (FN, C, FH, FW) in (FN, FH, FW, C), with rows of that length
  private final float[] filters; // (FN, row)
  private final float[] zeros; // (row)
  private final Panels forward; // (K, FN)
  private final Panels backward; // (FN, row)

  private Shape batch;
  private Columns columns;
  private int P; // OH*OW
  private boolean pooled; // ReLU and pooling are done at once
  private WinogradProduct outs; // null where it does not suit
  private WinogradProduct dxs; // likewise, and before the first way back
  private ChunkSums sums; // (K, FN): dW transposed, and db after it

  /**
   * A step for a layer.
   *
   * @param pools whether ReLU and a 2 x 2 max pooling follow, in either order
   */
  ConvolutionStep(Convolution layer, boolean pools) {
    super(layer);
    this.layer = layer;
    this.pools = pools;
    FN = W.dim(0);
    K = W.size() / FN;
    int C = W.dim(1);
    int F = K / C; // FH*FW
    places = new int[W.size()];
    row = VectorMatmul.filledUp(K);
    Arrays.setAll(places, i -> i / K * row + i % F * C + i / F % C);
    filters = new float[FN * row];
    zeros = new float[row];
    forward = Panels.of(K, FN);
    backward = Panels.of(FN, row);
  }

  @Override
  Shape begin(Shape x, boolean backward) {
    Window window = Checks.window(x, W, layer.stride(), layer.pad());
    if (!x.equals(batch)) {
      columns = new Columns(window, x.dim(1));
      P = window.OH() * window.OW();
      boolean suits = WinogradProduct.suits(x.dim(1), FN, window);
      outs = suits ? new WinogradProduct(x.dim(1), FN, window, false) : null;
      dxs = null;
      int[] exchanged = new int[places.length]; // (FN, K) in (K, FN)
      Arrays.setAll(exchanged, i -> places[i] % row * FN + places[i] / row);
      sums = new ChunkSums(x.dim(0), exchanged, FN * K, FN);
      batch = x;
    }
    pooled = pools && outs != null && !backward && window.OH() % 2 == 0 && window.OW() % 2 == 0;
    if (outs == null) {
      pack(backward);
    } else {
      outs.filters(W.array(), b.array());
      if (backward) {
        dxs = dxs == null ? WinogradProduct.dx(x.dim(1), FN, window) : dxs;
        dxs.filters(W.array(), null);
      }
    }
    return Shape.of(x.dim(0), FN, window.OH(), window.OW());
  }

  /** The largest of a tile's four results, and of zero: nothing has to be remembered for it. */
  @Override
  int joined() {
    return pooled ? 2 : 0;
  }

  private void pack(boolean backward) {
    for (int i = 0; i < places.length; i++) {
      filters[places[i]] = W.array()[i];
    }
    forward.pack(Matrix.of(filters, FN).t());
    if (backward) {
      this.backward.pack(Matrix.of(filters, FN));
    }
  }

  @Override
  void forward(int n, Matrix x, Matrix out) {
    Scratch s = SCRATCH.get();
    s.image = Heap.room(s.image, columns.padded.size());
    Matrix biases = Matrix.repeated(b.array(), P);
    for (int i = 0; i < x.rows(); i++) {
      if (outs != null) {
        outs.forward(x.data(), x.row(i), out.data(), out.row(i), pooled);
        continue;
      }
      columns.padded.put(x.data(), x.row(i), s.image);
      // (P, K) . (K, FN) -> (P, FN)
      VectorMatmul.product(biases, out.row(i, P), columns.of(s.image), forward, 0);
    }
  }

  @Override
  void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    Scratch s = SCRATCH.get();
    s.image = Heap.room(s.image, columns.padded.size());
    s.douts = Heap.room(s.douts, Panels.size(P, FN));
    Panels douts = new Panels(s.douts, P, FN);
    for (int i = 0; i < x.rows(); i++) {
      float[] sum = sums.of(n + i);
      Matrix dWt = Matrix.of(sum, 0, K, FN);
      Matrix d = dout.row(i, P);
      columns.padded.put(x.data(), x.row(i), s.image);
      douts.pack(d);
      // (K, P) . (P, FN) -> (K, FN)
      VectorMatmul.product(dWt, dWt, columns.of(s.image).t(), douts, 0);
      Elementwise.addRows(d, sum, FN * K);
      if (dx != null && outs != null) {
        dxs.forward(d.data(), d.offset(), dx.data(), dx.row(i), false);
      } else if (dx != null) {
        inputs(s, d);
        columns.padded.take(s.dimage, dx.data(), dx.row(i));
      }
    }
  }

  /** One image's dx, in its border, from the gradient of each window's numbers. */
  private void inputs(Scratch s, Matrix dout) {
    int rows = Math.max(1, STRIP / row);
    s.dimage = Heap.room(s.dimage, columns.padded.size());
    s.dcol = Heap.room(s.dcol, rows * row + Copies.SLACK);
    Arrays.fill(s.dimage, 0, columns.padded.size(), 0f);
    for (int p = 0; p < P; p += rows) {
      int end = Math.min(P, p + rows);
      // (p, FN) . (FN, row) -> (p, row), for p of the P windows
      VectorMatmul.product(
          Matrix.repeated(zeros, end - p),
          Matrix.of(s.dcol, 0, end - p, row),
          Indirect.of(dout.rows(p, end)),
          backward,
          0);
      columns.collect(s.dcol, row, p, end, s.dimage);
    }
  }

  @Override
  void gradients(Matrix x, Matrix dx, boolean rectified) {
    sums.moveTo(dW, db);
  }
}
