package convnet.engine;

import convnet.array.Matrix;
import convnet.layer.Checks;
import convnet.tensor.Functions;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/** {@link convnet.layer.SoftmaxWithLoss} for any run of a batch's images. */
final class Loss {
  private Tensor t; // (N, K), one-hot
  private Tensor y; // (N, K)
  private double[] losses = {}; // of each image

  /** Makes ready for scores of that shape, {@code (N, K)}, and their answers. */
  void begin(Shape scores, Tensor t) {
    this.t = Checks.answers(scores, t);
    if (y == null || !y.shape().equals(scores)) {
      y = Tensor.zeros(scores);
      losses = new double[scores.dim(0)];
    }
  }

  /** The images from n on: one row of scores each. */
  void forward(int n, Matrix scores) {
    int K = scores.cols();
    System.arraycopy(scores.data(), scores.offset(), y.array(), n * K, scores.rows() * K);
    for (int i = n; i < n + scores.rows(); i++) {
      Functions.softmax(y.array(), y.array(), i * K, K);
      losses[i] = Functions.crossEntropyError(y.array(), t.array(), i * K, K);
    }
  }

  /** Their gradient, {@code (y - t) / N}: dscores receives a row for each. */
  void backward(int n, Matrix dscores) {
    int from = n * dscores.cols();
    double share = 1.0 / losses.length;
    for (int i = 0; i < dscores.rows() * dscores.cols(); i++) {
      float difference = y.array()[from + i] - t.array()[from + i];
      dscores.data()[dscores.offset() + i] = (float) (difference * share);
    }
  }

  /** The mean of every image's loss, when all are through; NaN before the first batch. */
  double mean() {
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }
}
