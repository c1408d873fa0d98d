package convnet.layer;

import convnet.tensor.Functions;
import convnet.tensor.Matrix;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * Softmax and cross entropy in one, the network's last step (book, section 5.6.3): together their
 * gradient is {@code (y - t) / N}.
 */
public final class SoftmaxWithLoss {
  private int N;
  private Tensor y;
  private Tensor t;
  private double[] losses;

  /**
   * The mean loss of a batch.
   *
   * @param x scores, {@code (N, K)}
   * @param t answers: one-hot {@code (N, K)}, or class numbers {@code (N,)}
   * @throws IllegalArgumentException if the shapes do not fit or a class number is out of range
   */
  public double forward(Tensor x, Tensor t) {
    Tensor y = Tensor.zeros(x.shape());
    begin(x.shape(), t, y);
    forward(0, Matrix.of(x, N));
    return loss();
  }

  /**
   * Makes ready for a batch that comes in slices.
   *
   * @param x the scores' shape, {@code (N, K)}
   * @param t the answers of the whole batch, as in {@link #forward(Tensor, Tensor)}
   * @param y receives the probabilities, {@code (N, K)}
   * @throws IllegalArgumentException as there; nothing has changed
   */
  public void begin(Shape x, Tensor t, Tensor y) {
    if (x.rank() != 2) {
      throw new IllegalArgumentException("SoftmaxWithLoss: expected scores (N, K), got " + x);
    }
    int[] labels = Functions.labels(t, x.dim(0), x.dim(1));
    N = x.dim(0);
    this.t = t.rank() == 2 ? t : Functions.oneHot(labels, x.dim(1));
    this.y = y;
    losses = losses != null && losses.length == N ? losses : new double[N];
  }

  /** The images from n on: one row of scores each. */
  public void forward(int n, Matrix x) {
    int K = x.cols();
    Functions.softmax(x, Matrix.of(y, N).rows(n, n + x.rows()));
    for (int i = n; i < n + x.rows(); i++) {
      losses[i] = Functions.crossEntropyError(y.array(), t.array(), i * K, K);
    }
  }

  /** The mean of every image's loss, when all are through. */
  public double loss() {
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum / N;
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
    Tensor dx = Tensor.zeros(y.shape());
    backward(0, Matrix.of(dx, N));
    return dx;
  }

  /** The same for the images from n on: dx receives a row for each. */
  public void backward(int n, Matrix dx) {
    int from = n * dx.cols();
    for (int i = 0; i < dx.rows() * dx.cols(); i++) {
      dx.data()[dx.offset() + i] = (y.array()[from + i] - t.array()[from + i]) / N;
    }
  }
}
