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
    for (int from = 0; from < x.size(); from += K) {
      softmax(x.array(), y.array(), from, K);
    }
    return y;
  }

  /** One image's softmax; its K values begin at {@code from}. */
  public static void softmax(float[] x, float[] y, int from, int K) {
    float c = x[from]; // x may be y
    for (int k = from; k < from + K; k++) {
      c = Math.max(c, x[k]);
    }
    double sum = 0;
    for (int k = from; k < from + K; k++) {
      double e = Math.exp(x[k] - c);
      y[k] = (float) e;
      sum += e;
    }
    for (int k = from; k < from + K; k++) {
      y[k] = (float) (y[k] / sum);
    }
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
    if (!t.shape().equals(y.shape())) {
      t = oneHot(labels(t, N, K), K);
    }
    double sum = 0;
    for (int n = 0; n < N; n++) {
      sum += crossEntropyError(y.array(), t.array(), n * K, K);
    }
    return sum / N;
  }

  /** One image's {@code -sum t log(y + 1e-7)}; its K values begin at {@code from}. */
  public static double crossEntropyError(float[] y, float[] t, int from, int K) {
    double error = 0;
    for (int k = from; k < from + K; k++) {
      if (t[k] != 0) {
        error -= t[k] * Math.log(y[k] + 1e-7);
      }
    }
    return error;
  }

  /**
   * How many rows have their largest score at the right answer.
   *
   * @param y scores or probabilities, {@code (N, K)}
   * @param t the right answers: one-hot {@code (N, K)}, or class numbers {@code (N,)}
   * @throws IllegalArgumentException as {@link #labels}
   * @throws ArithmeticException as {@link #requireScores}
   */
  public static int correct(Tensor y, Tensor t) {
    int[] labels = labels(t, y.dim(0), y.dim(1));
    float[] best = requireScores(y).argmax(1).array();
    int correct = 0;
    for (int n = 0; n < labels.length; n++) {
      correct += best[n] == labels[n] ? 1 : 0;
    }
    return correct;
  }

  /**
   * The scores, if an answer can be read from them.
   *
   * @throws ArithmeticException if one is NaN or infinite: the network has diverged
   */
  public static Tensor requireScores(Tensor y) {
    if (!Double.isFinite(y.sum())) { // one that is not finite stays so in the sum
      throw new ArithmeticException(
          "scores %s: one is NaN or infinite; train the network anew with a smaller learning rate"
              .formatted(y.shape()));
    }
    return y;
  }

  /** Class numbers as one-hot rows, {@code (N, K)}. */
  public static Tensor oneHot(int[] labels, int K) {
    Tensor t = Tensor.zeros(labels.length, K);
    for (int n = 0; n < labels.length; n++) {
      t.array()[n * K + labels[n]] = 1;
    }
    return t;
  }

  /**
   * Answers as class numbers.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   * @param N the number of images
   * @param K the number of classes
   * @return N class numbers from 0 to K - 1
   * @throws IllegalArgumentException if t has another shape, a class number is out of range, a row
   *     does not add up to 1, or one of the numbers is NaN or infinite
   */
  public static int[] labels(Tensor t, int N, int K) {
    boolean oneHot = t.shape().equals(Shape.of(N, K));
    Tensor classes = oneHot ? t.requireFinite("labels").argmax(1) : t;
    Tensor sums = oneHot ? t.sum(1) : Tensor.full(1, N);
    if (!classes.shape().equals(Shape.of(N))) {
      throw new IllegalArgumentException(
          "labels: expected one-hot (%s, %s) or class numbers (%s,), got %s"
              .formatted(N, K, N, t.shape()));
    }
    int[] labels = new int[N];
    for (int n = 0; n < N; n++) {
      float label = classes.array()[n];
      if (!(label >= 0 && label < K && label == Math.rint(label))) {
        throw new IllegalArgumentException(
            "labels: label %s is %s, expected a class from 0 to %s".formatted(n, label, K - 1));
      }
      if (Math.abs(sums.array()[n] - 1) > 1e-3) { // (y - t) / N would not be the loss's gradient
        throw new IllegalArgumentException(
            "labels: row %s of %s adds up to %s, expected 1, as in one-hot rows"
                .formatted(n, t.shape(), sums.array()[n]));
      }
      labels[n] = (int) label;
    }
    return labels;
  }
}
