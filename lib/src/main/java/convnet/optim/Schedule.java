package convnet.optim;

/** How a learning rate changes in the course of a training: by which factor at each update. */
public interface Schedule {
  /** The factor for an update, counted from 0. */
  double factor(int update);

  /** The rate stays what it is. */
  static Schedule constant() {
    return update -> 1;
  }

  /** Times {@code factor} after every so many updates. */
  static Schedule steps(int every, double factor) {
    return update -> StrictMath.pow(factor, update / every);
  }

  /** Half a wave from 1 to 0 in so many updates (Loshchilov and Hutter 2017). */
  static Schedule cosine(int updates) {
    return update -> (1 + StrictMath.cos(Math.PI * Math.min(update, updates) / updates)) / 2;
  }
}
