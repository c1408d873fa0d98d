package convnet.engine;

import convnet.array.Heap;
import convnet.array.Matrix;
import convnet.array.Parallel;
import convnet.layer.Affine;
import convnet.layer.AveragePooling;
import convnet.layer.Convolution;
import convnet.layer.Dropout;
import convnet.layer.Layer;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The steps of a layer that learns and of those after it up to the next that learns: Conv - ReLU -
 * Pool, or Affine - ReLU. Only the block's input and output are kept for the whole batch. What
 * passes from step to step within a block lies in a slice's own scratch memory, one image after
 * another if the steps like it so: it stays in cache, and is never seen by main memory.
 */
final class Block {
  private final List<Step> steps;
  private final boolean rectified; // whether the input comes from ReLU

  private Shape batch; // of the input this is ready for
  private Matrix x; // (N, in)
  private Matrix dx; // (N, in), or null if nobody needs it
  private Tensor out; // (N, ...)
  private Tensor dout;
  private int[] sizes; // after each layer, numbers per image
  private float[][][] scratch; // [slice][layer]: what passes from this layer to the next, or back

  private Block(List<Step> steps, boolean rectified) {
    this.steps = steps;
    this.rectified = rectified;
  }

  private static final Map<Class<?>, Function<Layer, Step>> STEPS =
      Map.of(
          Convolution.class, layer -> new ConvolutionStep((Convolution) layer, false),
          Affine.class, layer -> new AffineStep((Affine) layer),
          Pooling.class, layer -> new PoolingStep((Pooling) layer),
          AveragePooling.class, layer -> new PoolingStep((AveragePooling) layer),
          ReLU.class, layer -> new ReluStep(),
          Dropout.class, layer -> new DropoutStep((Dropout) layer));

  private static final Set<Class<?>> ZEROS_STAY = // where ReLU made an input zero
      Set.of(Pooling.class, AveragePooling.class, Dropout.class);

  /** Whether there is a step for a layer. */
  static boolean knows(Layer layer) {
    return STEPS.containsKey(layer.getClass());
  }

  /** The step for a layer that is known. */
  static Step step(Layer layer) {
    return STEPS.get(layer.getClass()).apply(layer);
  }

  /**
   * Cuts a list of layers in front of each that learns. Convolution and pooling want images that
   * have their channels last, affine layers and whoever looks at the network want the chapter's
   * order: where it changes, a block gets one more step at its end.
   */
  static List<Block> cut(List<Layer> layers) {
    List<Block> blocks = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    int from = 0; // the first layer of the block
    boolean last = false; // whether the channels are
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      boolean pools = pools(layers.subList(i, layers.size()));
      Step step =
          !pools
              ? step(layer)
              : i == 0
                  ? new PooledConvolutionStep((Convolution) layer)
                  : new ConvolutionStep((Convolution) layer, true);
      boolean wanted = step instanceof ReluStep ? last : channelsLast(step);
      boolean onePlane = layer instanceof Convolution c && c.W().dim(1) == 1; // either order
      if (last != wanted && !onePlane) {
        steps.add(new TurnStep(wanted));
      }
      if (step instanceof LearningStep && !steps.isEmpty()) {
        blocks.add(new Block(steps, rectified(layers.subList(0, from))));
        steps = new ArrayList<>();
        from = i;
      }
      steps.add(step);
      last = wanted;
      i += step instanceof PooledConvolutionStep ? 2 : 0;
    }
    if (last) {
      steps.add(new TurnStep(false));
    }
    blocks.add(new Block(steps, rectified(layers.subList(0, from))));
    return blocks;
  }

  /** Whether it wants images with their channels last. */
  static boolean channelsLast(Step step) {
    return step instanceof ConvolutionStep || step instanceof PoolingStep;
  }

  /**
   * Whether layers begin with convolution, ReLU and 2 x 2 max pooling, which one step can do. ReLU
   * may stand before or after the pooling: the largest of four is above zero or not, whenever it is
   * asked.
   */
  private static boolean pools(List<Layer> layers) {
    if (layers.size() < 3 || !(layers.get(0) instanceof Convolution convolution)) {
      return false;
    }
    Layer second = layers.get(1);
    Layer third = layers.get(2);
    Pooling pooling = second instanceof Pooling p ? p : third instanceof Pooling p ? p : null;
    boolean relu = second instanceof ReLU || third instanceof ReLU;
    return relu && pooling != null && PooledConvolutionStep.joins(convolution, pooling);
  }

  /** Whether a zero after these layers is one that ReLU lets no gradient back to. */
  private static boolean rectified(List<Layer> layers) {
    int last = layers.size() - 1;
    while (last >= 0 && ZEROS_STAY.contains(layers.get(last).getClass())) {
      last--; // what it makes zero lets no gradient back, or ReLU lets none
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
    int[] sizes = new int[steps.size()];
    for (int i = 0; i < sizes.length; i++) {
      shape = steps.get(i).begin(shape, backward);
      sizes[i] = shape.size() / N;
    }
    if (!x.shape().equals(batch) || scratch.length < Parallel.sliceCount(N)) {
      this.sizes = sizes;
      out = Tensor.zeros(shape);
      dout = null;
      scratch = new float[Parallel.sliceCount(N)][sizes.length][0];
      batch = x.shape();
    }
    this.x = Matrix.of(x.array(), N);
    return out;
  }

  /**
   * Makes ready for the way back.
   *
   * @param dx receives the gradient with respect to the input; null if nobody needs that
   * @return where the gradient with respect to the output is expected, {@code (N, ...)}
   */
  Tensor beginBackward(Tensor dx) {
    this.dx = dx == null ? null : Matrix.of(dx.array(), dx.dim(0));
    if (dout == null) {
      dout = Tensor.zeros(out.shape());
    }
    return dout;
  }

  /** Images {@code from <= n < to} through all layers. */
  void forward(int slice, int from, int to) {
    int step = steps.get(0).imageByImage() ? 1 : to - from;
    Matrix outs = Matrix.of(out.array(), x.rows());
    for (int n = from; n < to; n += step) {
      Matrix in = x.rows(n, n + step);
      for (int i = 0; i < sizes.length; i++) {
        Step first = steps.get(i);
        i += first.joined();
        Matrix result = i == sizes.length - 1 ? outs.rows(n, n + step) : between(slice, i, step);
        first.forward(n, in, result);
        in = result;
      }
    }
  }

  /** The same images back. */
  void backward(int slice, int from, int to) {
    int step = steps.get(0).imageByImage() ? 1 : to - from;
    Matrix douts = Matrix.of(dout.array(), x.rows());
    for (int n = from; n < to; n += step) {
      Matrix in = x.rows(n, n + step);
      Matrix d = douts.rows(n, n + step);
      for (int i = sizes.length - 1; i > 0; i--) {
        Matrix result = between(slice, i - 1, step);
        steps.get(i).backward(n, null, d, result); // these remember what they need of their input
        d = result;
      }
      if (learner() != null || dx != null) {
        steps.get(0).backward(n, in, d, dx == null ? null : dx.rows(n, n + step));
      }
    }
  }

  /** The scratch memory after layer i of this block. */
  private Matrix between(int slice, int i, int rows) {
    scratch[slice][i] = Heap.room(scratch[slice][i], rows * sizes[i]);
    return Matrix.of(scratch[slice][i], 0, rows, sizes[i]);
  }

  /** The step that learns; null if there is none. */
  LearningStep learner() {
    return steps.get(0) instanceof LearningStep learner ? learner : null;
  }

  /** What needs every slice's backward: the parameters' gradients, and maybe dx. */
  void gradients() {
    if (learner() != null) {
      learner().gradients(x, dx, rectified);
    }
  }
}
