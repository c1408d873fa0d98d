package convnet.optim;

/** Stochastic gradient descent: {@code W -= lr dW} (book, section 6.1.2). */
public final class SGD extends Optimizer {
  /** Steps of {@code lr} times the gradient. */
  public SGD(double lr) {
    super(lr);
  }

  @Override
  int slots() {
    return 0;
  }

  @Override
  void step(float[] p, float[] g, float[] first, float[] second, int from, int to) {
    float lr = lr();
    for (int i = from; i < to; i++) {
      p[i] -= lr * g[i];
    }
  }
}
