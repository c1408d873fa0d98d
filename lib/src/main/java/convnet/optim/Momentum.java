package convnet.optim;

/** A ball with inertia: {@code v = momentum v - lr dW, W += v} (book, section 6.1.4). */
public final class Momentum extends Optimizer {
  private final float momentum;

  /** Inertia 0.9, as in the book. */
  public Momentum(double lr) {
    this(lr, 0.9);
  }

  /**
   * The given inertia.
   *
   * @throws IllegalArgumentException unless {@code 0 <= momentum < 1}
   */
  public Momentum(double lr, double momentum) {
    super(lr);
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "Momentum: expected a momentum from 0 to below 1, got " + momentum);
    }
    this.momentum = (float) momentum;
  }

  @Override
  int slots() {
    return 1;
  }

  @Override
  void step(float[] p, float[] g, float[] v, float[] second, int from, int to) {
    float lr = lr();
    for (int i = from; i < to; i++) {
      v[i] = momentum * v[i] - lr * g[i];
      p[i] += v[i];
    }
  }
}
