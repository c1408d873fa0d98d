package convnet.layer;

import convnet.tensor.Tensor;

/** A layer that learns: a weight W and a bias b, and their gradients dW and db. */
public abstract class ParameterLayer implements Layer {
  /** The weight, shared with whoever made the layer: an optimizer changes it in place. */
  protected final Tensor W;

  /** The bias, shared likewise. */
  protected final Tensor b;

  /** The gradient of the loss with respect to W from the last backward, of W's shape. */
  protected Tensor dW;

  /** The gradient of the loss with respect to b from the last backward, of b's shape. */
  protected Tensor db;

  /** A layer around W and b. */
  protected ParameterLayer(Tensor W, Tensor b) {
    this.W = W;
    this.b = b;
  }

  /** The weight itself. */
  public final Tensor W() {
    return W;
  }

  /** The bias itself. */
  public final Tensor b() {
    return b;
  }

  /** The gradient with respect to W; null before the first backward. */
  public final Tensor dW() {
    return dW;
  }

  /** The gradient with respect to b; null before the first backward. */
  public final Tensor db() {
    return db;
  }
}
