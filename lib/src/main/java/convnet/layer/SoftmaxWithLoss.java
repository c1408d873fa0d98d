package convnet.layer;

import convnet.tensor.Functions;
import convnet.tensor.Tensor;

/**
 * Softmax and cross entropy in one, the network's last step (book, section 5.6.3): together their
 * gradient is {@code (y - t) / N}. Nothing comes after it, so that its backward needs no dout.
 */
public final class SoftmaxWithLoss {
  private Tensor y; // (N, K)
  private Tensor t; // (N, K), one-hot
  private double loss = Double.NaN;

  /**
   * The mean loss of a batch.
   *
   * @param x scores, {@code (N, K)}
   * @param t answers: one-hot {@code (N, K)}, or class numbers {@code (N,)}
   * @throws IllegalArgumentException if the shapes do not fit or a class number is out of range
   */
  public double forward(Tensor x, Tensor t) {
    this.t = Checks.answers(x.shape(), t);
    y = Functions.softmax(x);
    loss = Functions.crossEntropyError(y, this.t);
    return loss;
  }

  /** The mean loss of the last forward; NaN before it. */
  public double loss() {
    return loss;
  }

  /** The probabilities of the last forward, {@code (N, K)}; null before it. */
  public Tensor y() {
    return y;
  }

  /** The gradient with respect to the scores, {@code (N, K)}. */
  public Tensor backward() {
    Checks.forwardDone("SoftmaxWithLoss", y);
    return y.sub(t).mul(1.0 / y.dim(0));
  }
}
