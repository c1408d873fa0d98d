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

  /** A convolution, joined with ReLU and 2 x 2 max pooling behind it. */
  public static StepLayer joined(Convolution convolution) {
    return of(new PooledConvolutionStep(convolution));
  }

  @Override
  public Tensor forward(Tensor x) {
    this.x = x;
    Tensor out = Tensor.zeros(step.begin(x.shape(), true));
    Matrix xs = images(x);
    Matrix outs = images(out);
    Parallel.slices(
        xs.rows(), (slice, from, to) -> step.forward(from, xs.rows(from, to), outs.rows(from, to)));
    return out;
  }

  @Override
  public Tensor backward(Tensor dout) {
    Tensor dx = Tensor.full(Double.NaN, x.shape().toArray()); // every number must be written
    backward(dout, images(dx), false);
    return dx;
  }

  /** As {@link #backward}, without dx. */
  void backwardParameters(Tensor dout) {
    backward(dout, null, false);
  }

  /** As {@link #backward}; dx may be null. */
  void backward(Tensor dout, Matrix dx, boolean rectified) {
    Matrix xs = images(x);
    Matrix douts = images(dout);
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

  private static Matrix images(Tensor t) {
    return Matrix.of(t.array(), t.dim(0));
  }
}
