package convnet.layer;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * The fully connected layer (book, section 5.6): {@code out = x . W + b}, {@code (N, D) . (D, M) +
 * (M,) -> (N, M)}. Input of more than two axes is read as {@code (N, D)}, and dx gets the input's
 * shape back.
 */
public final class Affine extends ParameterLayer {
  private Tensor x; // (N, D): the input, one row for each image
  private Shape xShape; // (N, ...): the input as it came
  private Shape outShape; // (N, M)

  /**
   * A layer around W and b, which it shares.
   *
   * @param W weights, {@code (D, M)}
   * @param b biases, {@code (M,)}
   * @throws IllegalArgumentException if the shapes of W and b do not belong together
   */
  public Affine(Tensor W, Tensor b) {
    super(W, b);
    Checks.weights(W, b);
  }

  /**
   * Every output sees every input.
   *
   * @param x {@code (N, D)}, or {@code (N, ...)} with D numbers for each image
   * @return {@code (N, M)}
   * @throws IllegalArgumentException if there are not D numbers for each image
   */
  @Override
  public Tensor forward(Tensor x) {
    Checks.features(x.shape(), W);
    xShape = x.shape();
    // (N, ...) -> (N, D)
    this.x = x.reshape(x.dim(0), -1);
    // (N, D) . (D, M) + (M,) -> (N, M)
    Tensor out = this.x.dot(W).add(b);
    outShape = out.shape();
    return out;
  }

  /**
   * Sets {@code dW (D, M)} and {@code db (M,)}.
   *
   * @param dout {@code (N, M)}
   * @return dx, of the input's shape
   */
  @Override
  public Tensor backward(Tensor dout) {
    Checks.dout("Affine", outShape, dout);
    // (N, M) . (M, D) -> (N, D)
    Tensor dx = dout.dot(W.transpose());
    // (D, N) . (N, M) -> (D, M)
    dW = x.transpose().dot(dout);
    // (N, M) -> (M,)
    db = dout.sum(0);
    // (N, D) -> (N, ...)
    return dx.reshape(xShape.toArray());
  }
}
