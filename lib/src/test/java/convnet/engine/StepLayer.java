package convnet.engine;

import convnet.array.Matrix;
import convnet.array.Parallel;
import convnet.layer.Convolution;
import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.tensor.Tensor;

/** One of the engine's steps over whole batches, as if it were a layer. */
public final class StepLayer extends ParameterLayer {
  private final Step step;
  private Tensor x;

  private StepLayer(Step step, Tensor W, Tensor b) {
    super(W, b);
    this.step = step;
  }

  private static StepLayer of(Step step) {
    LearningStep learner = step instanceof LearningStep l ? l : null;
    return new StepLayer(
        step, learner == null ? null : learner.W, learner == null ? null : learner.b);
  }

  /** What the engine does for one layer. */
  public static StepLayer of(Layer layer) {
    return of(Block.step(layer));
  }

  /** A convolution, joined with ReLU and 2 x 2 max pooling behind it; it has no dx. */
  public static StepLayer joined(Convolution convolution) {
    return of(new PooledConvolutionStep(convolution));
  }

  @Override
  public Tensor forward(Tensor x) {
    this.x = turned(x, true);
    Tensor out = Tensor.zeros(step.begin(x.shape(), true));
    Matrix xs = images(this.x);
    Matrix outs = images(out);
    Parallel.slices(
        xs.rows(), (slice, from, to) -> step.forward(from, xs.rows(from, to), outs.rows(from, to)));
    return turned(out, false);
  }

  @Override
  public Tensor backward(Tensor dout) {
    Tensor dx = Tensor.full(Double.NaN, x.shape().toArray()); // every number must be written
    backward(dout, images(dx), false);
    return turned(dx, false);
  }

  /** As {@link #backward}, without dx. */
  public void backwardParameters(Tensor dout) {
    backward(dout, null, false);
  }

  /** As {@link #backward}; dx may be null. */
  void backward(Tensor dout, Matrix dx, boolean rectified) {
    Matrix xs = images(x);
    Matrix douts = images(turned(dout, true));
    Parallel.slices(
        xs.rows(),
        (slice, from, to) ->
            step.backward(
                from,
                xs.rows(from, to),
                douts.rows(from, to),
                dx == null ? null : dx.rows(from, to)));
    if (step instanceof LearningStep learner) {
      learner.gradients(xs, dx, rectified);
      dW = learner.dW.copy();
      db = learner.db.copy();
    }
  }

  /**
   * Images as the step has them: if it wants the channels last, each lies as (H, W, C), whatever
   * its shape says; or back.
   */
  private Tensor turned(Tensor images, boolean last) {
    if (!Block.channelsLast(step)) {
      return images;
    }
    Tensor turned = Tensor.zeros(images.shape());
    int C = images.dim(1);
    int HW = images.dim(2) * images.dim(3);
    for (int i = 0; i < turned.size(); i++) {
      int image = i / (C * HW) * C * HW;
      int at = image + i % (C * HW) % HW * C + i % (C * HW) / HW;
      turned.array()[last ? at : i] = images.array()[last ? i : at];
    }
    return turned;
  }

  private static Matrix images(Tensor t) {
    return Matrix.of(t.array(), t.dim(0));
  }
}
