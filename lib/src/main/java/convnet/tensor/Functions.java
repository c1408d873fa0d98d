package convnet.tensor;

/** The two functions at the end of the network (book, sections 3.5 and 4.2). */
public final class Functions {
  private Functions() {}

  /**
   * Softmax along the last axis. The largest value of a row is taken off first, so that nothing
   * overflows.
   *
   * @param x scores, {@code (N, K)} or {@code (K,)}
   * @return probabilities of the same shape, each row adding up to 1
   */
  public static Tensor softmax(Tensor x) {
    int K = x.dim(-1);
    Tensor y = Tensor.zeros(x.shape());
    float[] in = x.array();
    float[] out = y.array();
    for (int row = 0; row < in.length; row += K) {
      float c = in[row];
      for (int k = 1; k < K; k++) {
        c = Math.max(c, in[row + k]);
      }
      double sum = 0;
      for (int k = 0; k < K; k++) {
        double e = Math.exp(in[row + k] - c);
        out[row + k] = (float) e;
        sum += e;
      }
      for (int k = 0; k < K; k++) {
        out[row + k] = (float) (out[row + k] / sum);
      }
    }
    return y;
  }

  /**
   * The mean over the batch of {@code -sum t log(y + 1e-7)}, as in the book.
   *
   * @param y probabilities, {@code (N, K)} or {@code (K,)}
   * @param t the right answers: one-hot, of y's shape, or class numbers, {@code (N,)}
   * @throws IllegalArgumentException if t has another shape or a class number is out of range
   */
  public static double crossEntropyError(Tensor y, Tensor t) {
    int K = y.dim(-1);
    int N = y.size() / K;
    double sum = 0;
    if (t.shape().equals(y.shape())) {
      for (int i = 0; i < y.size(); i++) {
        float weight = t.array()[i];
        if (weight != 0) {
          sum -= weight * Math.log(y.array()[i] + 1e-7);
        }
      }
    } else {
      int[] labels = labels(t, N, K);
      for (int n = 0; n < N; n++) {
        sum -= Math.log(y.array()[n * K + labels[n]] + 1e-7);
      }
    }
    return sum / N;
  }

  /**
   * Answers as class numbers.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   * @param N the number of images
   * @param K the number of classes
   * @return N class numbers from 0 to K - 1
   * @throws IllegalArgumentException if t has another shape or a class number is out of range
   */
  public static int[] labels(Tensor t, int N, int K) {
    Tensor classes = t.shape().equals(Shape.of(N, K)) ? t.argmax(1) : t;
    if (!classes.shape().equals(Shape.of(N))) {
      throw new IllegalArgumentException(
          "labels: expected one-hot (%d, %d) or class numbers (%d,), got %s"
              .formatted(N, K, N, t.shape()));
    }
    int[] labels = new int[N];
    for (int n = 0; n < N; n++) {
      float label = classes.array()[n];
      if (!(label >= 0 && label < K && label == Math.rint(label))) {
        throw new IllegalArgumentException(
            "labels: label %d is %s, expected a class from 0 to %d".formatted(n, label, K - 1));
      }
      labels[n] = (int) label;
    }
    return labels;
  }
}
