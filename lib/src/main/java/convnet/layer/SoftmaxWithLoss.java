package convnet.layer;

import convnet.tensor.Functions;
import convnet.tensor.Tensor;

/**
 * Softmax and cross entropy in one, the network's last step (book, section 5.6.3): together their
 * gradient is {@code (y - t) / N}.
 */
public final class SoftmaxWithLoss {
  private Tensor y;
  private Tensor t;

  /**
   * The mean loss of a batch.
   *
   * @param x scores, {@code (N, K)}
   * @param t answers: one-hot {@code (N, K)}, or class numbers {@code (N,)}
   * @throws IllegalArgumentException if the shapes do not fit or a class number is out of range
   */
  public double forward(Tensor x, Tensor t) {
    if (x.rank() != 2) {
      throw new IllegalArgumentException(
          "SoftmaxWithLoss: expected scores (N, K), got " + x.shape());
    }
    int[] labels = Functions.labels(t, x.dim(0), x.dim(1)); // refuses bad t before anything changes
    Tensor y = Functions.softmax(x);
    double loss = Functions.crossEntropyError(y, t);
    this.y = y;
    this.t = t.rank() == 2 ? t : oneHot(labels, x.dim(1));
    return loss;
  }

  /** The probabilities of the last forward, {@code (N, K)}; null before it. */
  public Tensor y() {
    return y;
  }

  /** The gradient with respect to the scores, {@code (N, K)}. */
  public Tensor backward() {
    if (y == null) {
      throw new IllegalStateException("SoftmaxWithLoss: backward needs a forward before it");
    }
    float N = y.dim(0);
    Tensor dx = y.sub(t);
    for (int i = 0; i < dx.size(); i++) {
      dx.array()[i] /= N;
    }
    return dx;
  }

  private static Tensor oneHot(int[] labels, int K) {
    Tensor t = Tensor.zeros(labels.length, K);
    for (int n = 0; n < labels.length; n++) {
      t.array()[n * K + labels[n]] = 1;
    }
    return t;
  }
}
