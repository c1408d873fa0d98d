package convnet.optim;

/**
 * Each element gets a learning rate of its own that shrinks as its gradients add up: {@code h +=
 * dW^2, W -= lr dW / (sqrt(h) + 1e-7)} (book, section 6.1.5; Duchi et al. 2011).
 */
public final class AdaGrad extends Optimizer {
  /** The chapter trains with {@code lr = 0.06}. */
  public AdaGrad(double lr) {
    super(lr);
  }

  @Override
  int slots() {
    return 1;
  }

  @Override
  void step(float[] p, float[] g, float[] h, float[] second, int from, int to) {
    float lr = lr();
    for (int i = from; i < to; i++) {
      h[i] += g[i] * g[i];
      p[i] -= lr * g[i] / ((float) Math.sqrt(h[i]) + 1e-7f);
    }
  }
}
