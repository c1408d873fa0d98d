package convnet.layer;

import convnet.tensor.Matrix;
import convnet.tensor.Tensor;

/** A slice layer with a weight W and a bias b, which it shares with whoever made it. */
public abstract class LearningLayer extends SliceLayer implements ParameterLayer {
  final Tensor W;
  final Tensor b;
  private Tensor dW;
  private Tensor db;

  LearningLayer(Tensor W, Tensor b) {
    this.W = W;
    this.b = b;
  }

  /**
   * The gradients of the parameters, when every image of the batch has gone backward.
   *
   * @param x the input of the whole batch, a row for each image
   * @param dW receives the gradient with respect to W, whatever was in it
   * @param db receives the gradient with respect to b
   */
  public abstract void gradients(Matrix x, Tensor dW, Tensor db);

  @Override
  final void backward(Tensor dout, Tensor dx) {
    super.backward(dout, dx);
    dW = Tensor.zeros(W.shape());
    db = Tensor.zeros(b.shape());
    gradients(Matrix.of(x(), x().dim(0)), dW, db);
  }

  @Override
  public final void backwardParameters(Tensor dout) {
    backward(dout, null);
  }

  @Override
  public final Tensor W() {
    return W;
  }

  @Override
  public final Tensor b() {
    return b;
  }

  @Override
  public final Tensor dW() {
    return dW;
  }

  @Override
  public final Tensor db() {
    return db;
  }
}
