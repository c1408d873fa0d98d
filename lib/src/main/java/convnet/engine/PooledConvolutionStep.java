package convnet.engine;

import convnet.array.Copies;
import convnet.array.Heap;
import convnet.array.Matrix;
import convnet.array.PooledGradient;
import convnet.array.PooledProduct;
import convnet.conv.Window;
import convnet.layer.Checks;
import convnet.layer.Convolution;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.tensor.Shape;
import java.util.Arrays;

/**
 * {@link Convolution} at stride 1, {@link ReLU} and 2 x 2 max {@link Pooling} at stride 2 as one
 * step: the same numbers as the three of them, {@code (N, C, H, W) -> (N, FN, OH/2, OW/2)}, without
 * the three quarters of the convolution's output that pooling throws away ever lying in memory; see
 * {@link PooledProduct} for the idea. It is for a network's first layer: nobody needs the gradient
 * of its input.
 */
final class PooledConvolutionStep extends LearningStep {
  /** What one thread needs to work on one image. */
  private static final class Scratch {
    float[] padded = {}; // the image
    float[] split = {};
    float[] columns = {}; // the patches as columns
    float[] rows = {}; // (P, size)
    float[] sums = {}; // (filters, 4, panel)
    float[] out = {}; // (FN, panel), where a panel is more than an image has
    int[] where = {};
    int[] live = {}; // the filters through which anything comes back
    float[] dout = {}; // (filters, P), theirs
    int[] shifts = {};
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final int pad;
  private final int FN;
  private final int filters; // FN, filled up to a multiple of the engine's group
  private final int K; // C*FH*FW

  private Shape batch;
  private Patches patches;
  private PooledProduct product;
  private PooledGradient gradient;
  private boolean remembers;
  private float[] weights; // (filters/GROUP, K, STEP)
  private float[] biases; // (filters)
  private int[] where; // (N, FN, P): the shift of the window that won, or BLOCKED
  private ChunkSums sums; // (rows, stride), and db after it

  PooledConvolutionStep(Convolution convolution) {
    super(convolution);
    pad = convolution.pad();
    FN = W.dim(0);
    K = W.size() / FN;
    filters = PooledProduct.filledUp(FN);
  }

  /** Whether a convolution and the pooling after it can be done as one, ReLU between or after. */
  static boolean joins(Convolution convolution, Pooling pooling) {
    return convolution.stride() == 1 && pooling.hasWindow(2, 2, 2);
  }

  @Override
  Shape begin(Shape x, boolean backward) {
    Window window = Checks.window(x, W, 1, pad);
    new Window(window.OH(), window.OW(), 2, 2, 2, 0); // refuses what pooling would
    int N = x.dim(0);
    if (!x.equals(batch)) {
      batch = x;
      patches = new Patches(window, x.dim(1));
      int[] pixels = patches.pixels; // (K): where in a patch the window's pixels are
      int row = patches.row;
      product = new PooledProduct(FN, patches.lines(0), patches.lines(row), patches.line(), row);
      gradient = PooledGradient.of(pixels);
      weights = new float[PooledProduct.weight(filters, 0, K)];
      biases = new float[filters];
      where = new int[0];
      int stride = gradient.stride();
      int[] places = new int[W.size()]; // (FN, K) in (rows, stride)
      Arrays.setAll(places, i -> i / K * stride + pixels[i % K]);
      sums = new ChunkSums(N, places, rows() * stride, FN);
    }
    remembers = backward;
    if (backward) {
      where = Heap.room(where, N * FN * patches.count() + Copies.SLACK);
    }
    arrangeWeights();
    return Shape.of(N, FN, window.OH() / 2, window.OW() / 2);
  }

  private void arrangeWeights() {
    for (int f = 0; f < FN; f++) {
      for (int k = 0; k < K; k++) {
        weights[PooledProduct.weight(f, k, K)] = W.array()[f * K + k];
      }
    }
    System.arraycopy(b.array(), 0, biases, 0, FN);
  }

  @Override
  void forward(int n, Matrix x, Matrix out) {
    Scratch s = SCRATCH.get();
    int P = patches.count();
    int panel = PooledProduct.PANEL;
    int[] where = remembers ? this.where : null;
    s.padded = Heap.room(s.padded, patches.padded.size());
    s.split = Heap.room(s.split, patches.splitSize());
    s.columns = Heap.room(s.columns, patches.columnsSize());
    s.sums = Heap.room(s.sums, 4 * filters * panel);
    for (int i = 0; i < x.rows(); i++) {
      patches.padded.put(x.data(), x.row(i), s.padded);
      patches.columns(s.padded, s.split, s.columns);
      int wi = (n + i) * FN * P;
      if (P < panel) {
        small(s, panel, out.data(), out.row(i), where, wi);
        continue;
      }
      for (int p = 0; p < P; p += panel) {
        int from = Math.min(p, P - panel); // the last panel does some patches once more
        panel(s, from, out.data(), out.row(i) + from, where, wi + from, P);
      }
    }
  }

  /** An image of fewer patches than a panel has: beside the output, then handed over. */
  private void small(Scratch s, int panel, float[] out, int oi, int[] where, int wi) {
    int P = patches.count();
    s.out = Heap.room(s.out, FN * panel);
    s.where = Heap.room(s.where, FN * panel);
    panel(s, 0, s.out, 0, s.where, 0, panel);
    for (int f = 0; f < FN; f++) {
      System.arraycopy(s.out, f * panel, out, oi + f * P, P);
      if (where != null) {
        System.arraycopy(s.where, f * panel, where, wi + f * P, P);
      }
    }
  }

  private void panel(Scratch s, int from, float[] out, int oi, int[] where, int wi, int step) {
    product.forward(weights, biases, s.columns, from, s.sums, out, oi, where, wi, step);
  }

  @Override
  void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    Scratch s = SCRATCH.get();
    int P = patches.count();
    int stride = gradient.stride();
    s.padded = Heap.room(s.padded, patches.padded.size());
    s.rows = Heap.room(s.rows, P * patches.size() + stride + Copies.SLACK);
    s.live = Heap.room(s.live, filters);
    s.dout = Heap.room(s.dout, filters * P);
    s.shifts = Heap.room(s.shifts, filters * P);
    for (int i = 0; i < x.rows(); i++) {
      float[] sum = sums.of(n + i);
      int live = 0;
      for (int f = 0; f < FN; f++) {
        int wi = ((n + i) * FN + f) * P;
        if (gradient.passes(where, wi, P)) {
          int di = dout.row(i) + f * P;
          sum[rows() * stride + f] +=
              gradient.pass(dout.data(), di, where, wi, P, s.dout, s.shifts, live * P);
          s.live[live++] = f;
        }
      }
      if (live > 0) {
        patches.padded.put(x.data(), x.row(i), s.padded);
        patches.rows(s.padded, s.rows);
        int R = fillUp(s, live);
        gradient.gradient(s.live, R, s.dout, s.shifts, P, s.rows, patches.size(), sum);
      }
    }
  }

  /** Rows of zeros up to a multiple of the engine's group, summed up where nobody reads. */
  private int fillUp(Scratch s, int live) {
    int P = patches.count();
    int R = PooledProduct.filledUp(live);
    Arrays.fill(s.dout, live * P, R * P, 0f);
    Arrays.fill(s.shifts, live * P, R * P, 0);
    for (int r = live; r < R; r++) {
      s.live[r] = FN + r - live;
    }
    return R;
  }

  /** How many rows sums have: a filter's each, and those of fillUp. */
  private int rows() {
    return FN + PooledProduct.GROUP - 1;
  }

  @Override
  void gradients(Matrix x, Matrix dx, boolean rectified) {
    sums.moveTo(dW, db);
  }
}
