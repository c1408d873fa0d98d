package convnet.net;

import convnet.layer.Convolution;
import convnet.layer.LearningLayer;
import convnet.layer.PooledConvolution;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.layer.SliceLayer;
import convnet.tensor.Matrix;
import convnet.tensor.Parallel;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer that learns and those behind it up to the next that learns: Conv - ReLU - Pool, or Affine
 * - ReLU. Only the block's input and output are kept for the whole batch. What passes from layer to
 * layer within a block lies in a slice's own scratch memory, one image after another if the layers
 * like it so: it stays in cache, and is never seen by main memory.
 */
final class Block {
  private final List<SliceLayer> layers;
  private final boolean rectified; // whether the input comes from ReLU

  private Shape batch; // of the input this is ready for
  private Matrix x; // (N, in)
  private Matrix dx; // (N, in), or null if nobody needs it
  private Tensor out; // (N, ...)
  private Tensor dout;
  private Tensor dW; // null before the first way back
  private Tensor db;
  private int[] sizes; // behind each layer, numbers per image
  private float[][][] scratch; // [slice][layer]: what passes from this layer to the next, or back

  private Block(List<SliceLayer> layers, boolean rectified) {
    this.layers = layers;
    this.rectified = rectified;
  }

  /** Cuts a list of layers in front of each that learns. */
  static List<Block> cut(List<SliceLayer> layers) {
    List<Block> blocks = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= layers.size(); i++) {
      if (i == layers.size() || layers.get(i) instanceof LearningLayer) {
        blocks.add(new Block(joined(layers.subList(from, i)), rectified(layers.subList(0, from))));
        from = i;
      }
    }
    return blocks;
  }

  /**
   * Convolution, ReLU and 2 x 2 max pooling in one, where they follow each other. ReLU may stand
   * before or behind the pooling: the largest of four is above zero or not, whenever it is asked.
   */
  private static List<SliceLayer> joined(List<SliceLayer> layers) {
    if (layers.size() < 3 || !(layers.get(0) instanceof Convolution convolution)) {
      return layers;
    }
    SliceLayer second = layers.get(1);
    SliceLayer third = layers.get(2);
    Pooling pooling = second instanceof Pooling p ? p : third instanceof Pooling p ? p : null;
    boolean relu = second instanceof ReLU || third instanceof ReLU;
    if (pooling == null || !relu || !PooledConvolution.joins(convolution, pooling)) {
      return layers;
    }
    List<SliceLayer> joined = new ArrayList<>(layers.subList(3, layers.size()));
    joined.add(0, PooledConvolution.of(convolution));
    return joined;
  }

  /** Whether a zero behind these layers is one that ReLU lets no gradient back to. */
  private static boolean rectified(List<SliceLayer> layers) {
    int last = layers.size() - 1;
    while (last >= 0 && layers.get(last) instanceof Pooling) { // of ReLU's zeros only it makes zero
      last--;
    }
    return last >= 0 && layers.get(last) instanceof ReLU;
  }

  /**
   * Makes ready for a batch.
   *
   * @param x the input, {@code (N, ...)}
   * @param backward whether its way back will follow
   * @return where the output will be, {@code (N, ...)}
   */
  Tensor begin(Tensor x, boolean backward) {
    int N = x.dim(0);
    Shape shape = x.shape();
    int[] sizes = new int[layers.size()];
    for (int i = 0; i < sizes.length; i++) {
      shape = layers.get(i).begin(shape, backward);
      sizes[i] = shape.size() / N;
    }
    if (!x.shape().equals(batch) || scratch.length < Parallel.sliceCount(N)) {
      this.sizes = sizes;
      out = Tensor.zeros(shape);
      dout = null;
      scratch = new float[Parallel.sliceCount(N)][sizes.length][0];
      batch = x.shape();
    }
    this.x = Matrix.of(x, N);
    return out;
  }

  /**
   * Makes ready for the way back.
   *
   * @param dx receives the gradient with respect to the input; null if nobody needs that
   * @return where the gradient with respect to the output is expected, {@code (N, ...)}
   */
  Tensor beginBackward(Tensor dx) {
    this.dx = dx == null ? null : Matrix.of(dx, dx.dim(0));
    if (dout == null) {
      dout = Tensor.zeros(out.shape());
    }
    return dout;
  }

  /** Images {@code from <= n < to} through all layers. */
  void forward(int slice, int from, int to) {
    int step = layers.get(0).imageByImage() ? 1 : to - from;
    Matrix outs = Matrix.of(out, x.rows());
    for (int n = from; n < to; n += step) {
      Matrix in = x.rows(n, n + step);
      for (int i = 0; i < sizes.length; i++) {
        Matrix result = i == sizes.length - 1 ? outs.rows(n, n + step) : between(slice, i, step);
        layers.get(i).forward(n, in, result);
        in = result;
      }
    }
  }

  /** The same images back. */
  void backward(int slice, int from, int to) {
    int step = layers.get(0).imageByImage() ? 1 : to - from;
    Matrix douts = Matrix.of(dout, x.rows());
    for (int n = from; n < to; n += step) {
      Matrix in = x.rows(n, n + step);
      Matrix d = douts.rows(n, n + step);
      for (int i = sizes.length - 1; i > 0; i--) {
        Matrix result = between(slice, i - 1, step);
        layers.get(i).backward(n, null, d, result); // these remember what they need of their input
        d = result;
      }
      if (learner() != null || dx != null) {
        layers.get(0).backward(n, in, d, dx == null ? null : dx.rows(n, n + step));
      }
    }
  }

  /** The scratch memory behind layer i of this block. */
  private Matrix between(int slice, int i, int rows) {
    int size = rows * sizes[i];
    if (scratch[slice][i].length < size) {
      scratch[slice][i] = new float[size];
    }
    return Matrix.of(scratch[slice][i], 0, rows, sizes[i]);
  }

  /** The layer that learns; null if there is none. */
  LearningLayer learner() {
    return layers.get(0) instanceof LearningLayer learner ? learner : null;
  }

  /** What needs every slice's backward: the parameters' gradients, and maybe dx. */
  void gradients() {
    LearningLayer learner = learner();
    if (learner == null) {
      return;
    }
    if (dW == null) {
      dW = Tensor.zeros(learner.W().shape());
      db = Tensor.zeros(learner.b().shape());
    }
    learner.gradients(x, dx, rectified, dW, db);
  }

  /** The last gradient of W; null if there is none. */
  Tensor dW() {
    return dW;
  }

  /** The last gradient of b; null if there is none. */
  Tensor db() {
    return db;
  }
}
