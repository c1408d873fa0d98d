package convnet.layer;

import convnet.tensor.Tensor;

/**
 * One step of a network. It remembers from its last {@link #forward} what its {@link #backward}
 * needs, as in the book; the tensors it is given are never changed.
 */
public interface Layer {
  /** The layer's output for a batch x. */
  Tensor forward(Tensor x);

  /**
   * The same as a part of a training, or not: the book's {@code train_flg}. Only {@link Dropout}
   * does something else in a training.
   */
  default Tensor forward(Tensor x, boolean training) {
    return forward(x);
  }

  /**
   * The gradient with respect to the last forward's x, and on the way those of the parameters.
   *
   * @param dout the gradient of the loss with respect to the last output, of its shape
   * @return dx, of x's shape
   * @throws IllegalStateException before the first forward
   * @throws IllegalArgumentException if dout has another shape than the last output
   */
  Tensor backward(Tensor dout);
}
