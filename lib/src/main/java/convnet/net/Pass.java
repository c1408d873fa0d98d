package convnet.net;

import convnet.tensor.Tensor;
import java.util.Map;

/**
 * A way of batches through a network: {@link BatchPass} as the chapter writes it, {@link SlicePass}
 * as fast as it goes. Both give the same bits, but for the gradient of a convolution that the
 * latter joins with its pooling: its sums run in another order. What a pass returns is good until
 * its next call.
 */
public interface Pass {
  /**
   * The scores of a batch, before softmax.
   *
   * @param x {@code (N, ...)}
   * @return {@code (N, K)}
   */
  Tensor predict(Tensor x);

  /**
   * The mean loss of a batch.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   */
  double loss(Tensor x, Tensor t);

  /**
   * The gradient of the loss with respect to every parameter, to be had from {@link #grads}.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   * @return the mean loss
   */
  double gradient(Tensor x, Tensor t);

  /** {@code W1 -> dW1, b1 -> db1, ...} of the last gradient. */
  Map<String, Tensor> grads();
}
