package convnet.layer;

import convnet.tensor.Tensor;

/** A layer that learns: a weight W and a bias b. */
public interface ParameterLayer extends Layer {
  /** The weight, shared with whoever made the layer: an optimizer changes it in place. */
  Tensor W();

  /** The bias, shared likewise. */
  Tensor b();

  /** The gradient of the loss with respect to W from the last backward, of W's shape. */
  Tensor dW();

  /** The gradient of the loss with respect to b from the last backward, of b's shape. */
  Tensor db();

  /**
   * As {@link #backward}, without dx: the first layer's input is the images, and nobody asks how
   * they should change.
   */
  void backwardParameters(Tensor dout);
}
