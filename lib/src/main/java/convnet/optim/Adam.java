package convnet.optim;

/**
 * Momentum and AdaGrad in one, both forgetting slowly (book, section 6.1.6; Kingma and Ba 2015,
 * with the bias correction folded into the step size, as in the book's code).
 */
public final class Adam extends Optimizer {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;

  private int updates;
  private float lrT;

  /** The paper's beta1 = 0.9 and beta2 = 0.999; a usual {@code lr} is 0.001. */
  public Adam(double lr) {
    super(lr);
  }

  @Override
  int slots() {
    return 2;
  }

  @Override
  void begin() {
    updates++;
    lrT = (float) (lr() * Math.sqrt(1 - Math.pow(BETA2, updates)) / (1 - Math.pow(BETA1, updates)));
  }

  @Override
  void step(float[] p, float[] g, float[] m, float[] v, int from, int to) {
    float lr = lrT;
    for (int i = from; i < to; i++) {
      m[i] += (1 - BETA1) * (g[i] - m[i]);
      v[i] += (1 - BETA2) * (g[i] * g[i] - v[i]);
      p[i] -= lr * m[i] / ((float) Math.sqrt(v[i]) + 1e-7f);
    }
  }
}
