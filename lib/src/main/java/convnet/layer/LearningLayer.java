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
   * The gradients that need every image, when the whole batch has gone backward: those of the
   * parameters, and dx of a layer for which {@link #backward(int, Matrix, Matrix, Matrix)} was not
   * the place.
   *
   * @param x the input of the whole batch, a row for each image
   * @param dx receives the gradient with respect to it likewise; null if nobody needs that
   * @param rectified whether x comes from ReLU, which lets no gradient back to a zero: then dx may
   *     stay as it is for a feature that is zero in every image
   * @param dW receives the gradient with respect to W, whatever was in it
   * @param db receives the gradient with respect to b
   */
  public abstract void gradients(Matrix x, Matrix dx, boolean rectified, Tensor dW, Tensor db);

  @Override
  final void backward(Tensor dout, Tensor dx) {
    super.backward(dout, dx);
    dW = Tensor.zeros(W.shape());
    db = Tensor.zeros(b.shape());
    int N = x().dim(0);
    gradients(Matrix.of(x(), N), dx == null ? null : Matrix.of(dx, N), false, dW, db);
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
