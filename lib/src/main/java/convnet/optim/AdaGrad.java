package convnet.optim;

import convnet.tensor.Elementwise;

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
    Elementwise.get().adaGrad(p, g, h, from, to, lr());
  }
}
